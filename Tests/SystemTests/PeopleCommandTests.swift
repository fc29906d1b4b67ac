import Foundation
import Postgres
import Testing

@Suite("Tech VP and rotation, by their commands")
struct PeopleCommandTests {
  /// Two experts of one university that sends two; two requests that both rank the first expert first,
  /// as the first expert ranks the first request. A talent, a host post, an institution post.
  private static let sheets = [
    "universities": "code,name,max_experts\n4134010359,合肥工业大学,2",
    "experts": """
    code,name,university,title,fields,regions,available_from,days_per_month,past_projects
    ZJ-1,欧阳一,4134010359,professor,8.7,341802,2026-01-01,6,3
    ZJ-2,欧阳二,4134010359,lecturer,8.7,341802,2026-01-01,6,1
    """,
    "expert_requests": """
    number,uscc,submitted_on,problem,fields,min_title,days_per_month,start_on,months
    KJ-1,91341802CR63F0WT2P,2026-11-01,难题,8.7,lecturer,4,2026-12-01,12
    KJ-2,913418217HLUH44C6M,2026-11-01,难题,8.7,lecturer,4,2026-12-01,12
    """,
    "expert_rankings": """
    side,request,expert,rank
    enterprise,KJ-1,ZJ-1,1
    enterprise,KJ-2,ZJ-1,1
    expert,KJ-1,ZJ-1,1
    """,
    "talents": """
    code,name,university,degree,major,home_region,regions,available_from
    RC-1,司马一,4134010359,master,0802,341802,341802,2026-11-01
    """,
    "host_posts": """
    number,uscc,submitted_on,majors,min_degree,min_seats,max_seats,start_on,months
    RH-1,91341802CR63F0WT2P,2026-11-01,0802,bachelor,0,1,2026-12-01,24
    """,
    "institution_posts": "code,institution,region,majors,headcount\nBZ-1,样本单位,341802,0802,1",
  ]

  private func town(_ body: (SmallTown.Commands, Pool) async throws -> Void) async throws {
    try await SmallTown.with { yaosu, pool in
      for (name, text) in Self.sheets { _ = try yaosu.file("\(name).csv", text + "\n") }
      _ = try await yaosu.done("import", yaosu.folder.url.path)
      _ = try await yaosu.done(
        "nightly", "--date", "2026-11-20", "--mechanism", "techvp", "--mechanism", "rotation")
      try await body(yaosu, pool)
    }
  }

  @Test("A what-if of a pin names whom it displaces and the pair that it wrongs; nothing is stored")
  func whatIf() async throws {
    try await town { yaosu, pool in
      let file = try yaosu.file(
        "pin.json",
        #"{"mechanism": "techvp", "changes": [{"change": "pin", "request": "KJ-2", "expert": "ZJ-1"}]}"#
      )
      let answer = try await yaosu.done("what-if", file, "--json").json()
      let override = try #require((answer["overrides"] as? [[String: Any]])?.first)
      let displaced = override["displaced"] as? [[String: Any]]
      #expect(displaced?.map { $0["request"] as? String } == ["KJ-1"])
      let pairs = override["blockingPairs"] as? [[String: String]]
      #expect(pairs == [["request": "KJ-1", "resource": "ZJ-1"]])
      let rotation = try yaosu.file(
        "seat.json",
        #"{"mechanism": "rotation", "changes": [{"change": "capacity", "row": "host_post:RH-1", "by": -1}]}"#
      )
      let said = try await yaosu.done("what-if", rotation).stdout
      #expect(said.contains("失去（1）") && said.contains("企业岗位 RH-1 + BZ-1 1 人"), "\(said)")
      let wrong = try yaosu.file(
        "wrong.json",
        #"{"mechanism": "techvp", "changes": [{"change": "forbid", "request": "KJ-1", "expert": "ZJ-9"}]}"#
      )
      #expect(
        try await yaosu.refused("what-if", wrong).contains(
          "changes[0].expert “ZJ-9”: is no expert of the round"))
      let rounds = try await pool.query("SELECT count(*) FROM allocation.round").only(Int.self)
      #expect(rounds == 2)
      _ = try await yaosu.done("verify")
    }
  }

  @Test("An appointment step by step, and what is refused on its way")
  func appointment() async throws {
    try await town { yaosu, _ in
      func step(_ words: String..., on date: String) async throws -> YaosuProcess.Output {
        try await YaosuProcess.run(
          ["appointment"] + words + ["--date", date], environment: yaosu.environment)
      }
      func refused(_ words: String..., on date: String, _ cause: String) async throws {
        let output = try await YaosuProcess.run(
          ["appointment"] + words + ["--date", date], environment: yaosu.environment)
        #expect(output.status == 1 && output.stderr.contains(cause), "\(words): \(output)")
      }
      try await refused(
        "review", "KJ-1", "--grade", "passed", on: "2026-11-21", "it must be active")
      #expect(
        try await step("consent", "KJ-1", "--by", "university:4134010359", on: "2026-11-23")
          .status == 0)
      let agree = ["agree", "KJ-1", "--document", "三方1号", "--start", "2026-12-01"]
      for months in ["11", "37"] {
        try await refused(
          agree[0], agree[1], agree[2], agree[3], agree[4], agree[5], "--months", months,
          on: "2026-11-24", "12 to 36 months")
      }
      let signed = try await step(
        agree[0], agree[1], agree[2], agree[3], agree[4], agree[5], on: "2026-11-24")
      #expect(signed.status == 0, "\(signed.stderr)")
      let conflict = try await yaosu.done(
        "conflict", "record", "91341802CR63F0WT2P", "--expert", "ZJ-1", "--kind", "owned",
        "--evidence", "工商登记", "--since", "2025-01-01", "--date", "2026-11-25", "--by", "office")
      #expect(conflict.stdout.contains("appointment end KJ-1 --code conflict_found"))
      try await refused("start", "KJ-1", on: "2026-12-01", "conflict of interest (owned")
      #expect(
        try await step("end", "KJ-1", "--code", "conflict_found", on: "2026-12-01").status == 0)
      try await refused("end", "KJ-1", "--code", "mutual", on: "2026-12-02", "is ended")
    }
  }

  @Test("A placement: terms, the window of the choice, the last headcount")
  func placement() async throws {
    try await town { yaosu, pool in
      let offer = try await pool.query(
        "SELECT max(offer_id)::text FROM report.offer WHERE request = 'RC-1'"
      ).only(String.self)
      _ = try await yaosu.done(
        "offer", "accept", offer, "--by", "human_resources", "--date", "2026-11-23")
      _ = try await yaosu.done("nightly", "--date", "2026-12-01", "--mechanism", "rotation")
      #expect(
        try await yaosu.refused(
          "placement", "choose", "RC-1", "stay", "--by", "t", "--date", "2027-06-01"
        ).contains("the choice opens on 2028-09-02"))
      for months in ["11", "37"] {
        #expect(
          try await yaosu.refused(
            "placement", "place", "RC-1", "--host", "RH-1", "--post", "BZ-1", "--start",
            "2026-12-01", "--months", months, "--document", "文号", "--by", "t"
          ).contains("12 to 36 months"))
      }
      #expect(
        try await yaosu.refused(
          "placement", "choose", "RC-1", "extend", "--months", "13", "--by", "t", "--date",
          "2028-10-01"
        ).contains("longer than 36 months"))
      let worst = try await pool.query(
        "SELECT count(*), max(worst_case)::bigint FROM report.headcount WHERE institution_post = 'BZ-1'"
      ).only(Int.self, Int.self)
      #expect(worst == (36, 1))
      _ = try await yaosu.done("verify")
    }
  }
}
