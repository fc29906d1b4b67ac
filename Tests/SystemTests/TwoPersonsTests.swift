import Foundation
import Postgres
import Testing

@Suite("Overrides by commands take two persons")
struct TwoPersonsTests {
  private static let saturday = "2026-11-28"

  private func pairs(_ pool: Pool) async throws -> Int {
    try await pool.query("SELECT count(*) FROM finance.chain_bank WHERE chain = 'C01'").only(
      Int.self)
  }

  @Test("A change of banks: nobody alone, nobody twice, nobody without a name")
  func banks() async throws {
    try await SmallTown.with { yaosu, pool in
      let li = try await yaosu.token("finance_office", "clerk", "1001")
      let wang = try await yaosu.token("finance_office", "approver", "1002")
      let liAgain = try await yaosu.token("office", "approver", "1001")
      let nameless = try yaosu.file(
        "nameless",
        try await yaosu.done(
          "token", "create", "--department", "finance_office", "--role", "owner"
        ).stdout)
      let text = try yaosu.file("text", "no token")
      func change(_ more: [String]) async throws -> YaosuProcess.Output {
        try await YaosuProcess.run(
          [
            "change-banks", "C01", "BB", "BC", "--from", "2026-12-01", "--reason", "调整",
            "--document", "宣金〔2026〕3号",
          ] + more, environment: yaosu.environment)
      }
      for (options, status, words) in [
        ([], 1, "takes two persons"), (["--approved-by", wang], 2, "--asked-by"),
        (["--asked-by", text, "--approved-by", wang], 1, "holds no token"),
        (["--asked-by", nameless, "--approved-by", wang], 1, "names nobody"),
        (["--asked-by", wang, "--approved-by", li], 1, "a clerk or owner asks"),
      ] as [([String], Int32, String)] {
        let output = try await change(options)
        #expect(output.status == status && output.stderr.contains(words), "\(output)")
      }
      let acts: SQL = "SELECT count(*) FROM allocation.act"
      #expect(try await pool.query(acts).only(Int.self) == 0)
      // The second person is refused: the act is taken back, nothing is changed, and it can be asked again.
      let same = try await change(["--asked-by", li, "--approved-by", liAgain])
      #expect(same.status == 1 && same.stderr.contains("nobody approves what they have asked for"))
      #expect(try await pairs(pool) == 1)
      let state: SQL =
        "SELECT string_agg(state || ' ' || asked_person, ', ' ORDER BY act_id) FROM allocation.act"
      #expect(try await pool.query(state).only(String.self) == "withdrawn 1001")
      // One that waits is taken back by whoever asked for it, and by nobody else.
      let alone = try await change(["--asked-by", li])
      #expect(alone.status == 0, "\(alone)")
      let twice = try await change(["--asked-by", li, "--approved-by", wang])
      #expect(twice.status == 1 && twice.stderr.contains("waits to be decided"), "\(twice)")
      #expect(try await yaosu.done("act", "list").stdout.contains("2  change_banks C01"))
      let zhou = try await yaosu.token("finance_office", "clerk", "1003")
      #expect(
        try await yaosu.refused("act", "withdraw", "2", "--asked-by", zhou)
          .contains("only whoever asked takes it back"))
      #expect(
        try await yaosu.refused("act", "withdraw", "9", "--asked-by", li)
          .contains("nothing of that name"))
      _ = try await yaosu.done("act", "withdraw", "2", "--asked-by", li, "--note", "看错了")
      #expect(
        try await pool.query(state).only(String.self) == "withdrawn 1001, withdrawn 1001")
      #expect(try await yaosu.done("act", "list").stdout.contains("nothing waits"))
      let done = try await change(["--asked-by", li, "--approved-by", wang])
      #expect(done.status == 0, "\(done)")
      #expect(try await pairs(pool) == 2)
    }
  }

  @Test("Both are on record, with the content's digest; alone it waits for the second")
  func recorded() async throws {
    try await SmallTown.with { yaosu, pool in
      let li = try await yaosu.token("finance_office", "clerk", "1001")
      let wang = try await yaosu.token("finance_office", "approver", "1002")
      func change(_ lead: String, _ partner: String, _ more: [String]) async throws -> [String: Any]
      {
        try await yaosu.done(
          [
            "change-banks", "C01", lead, partner, "--from", "2026-12-01", "--reason", "调整",
            "--document", "宣金〔2026〕3号", "--json",
          ] + more
        ).json()
      }
      let done = try await change("BB", "BC", ["--asked-by", li, "--approved-by", wang])
      #expect(done["isChanged"] as? Bool == true)
      #expect(try await pairs(pool) == 2)
      let act = try await pool.query(
        """
        SELECT concat_ws(' ', kind, subject, state, asked_person, decided_person) FROM allocation.act
        WHERE content_digest = allocation.act_digest(kind, subject, content)
        """
      ).only(String.self)
      #expect(act == "change_banks C01 approved 1001 1002")
      let waiting = try await change("BA", "BC", ["--asked-by", li])
      #expect(waiting["isChanged"] as? Bool == false)
      #expect(waiting["act"] as? Int == 2)
      #expect(try await pairs(pool) == 2)
    }
  }

  @Test("An allocation is judged as of the day on which it is recorded: --date reaches it too")
  func recordedOn() async throws {
    try await SmallTown.with { yaosu, pool in
      _ = try await yaosu.done("nightly", "--date", "2026-11-20", "--mechanism", "land")
      let (request, parcel, area, due) = try await pool.query(
        """
        SELECT request, resource, trim_scale(amount)::text, due_on FROM report.offer
        ORDER BY request LIMIT 1
        """
      ).only(String.self, String.self, String.self, DateOnly.self)
      let session = "2026-12-05"
      #expect("\(due)" < session)
      _ = try await yaosu.done("session", "open", session, "--attending", "office")
      let file = try yaosu.file(
        "decisions.json",
        """
        [{"kind": "allocate", "request": "\(request)", "parcel": "\(parcel)", "area_mu": "\(area)"}]
        """)
      let persons = try await yaosu.twoPersons()
      // The offer may still be answered on that day, so it stands in the way; later it has lapsed.
      for (day, cause) in [("\(due)", "already_served"), (session, nil)] {
        let output = try await YaosuProcess.run(
          ["decide", file, "--session", session, "--date", day, "--json"] + persons,
          environment: yaosu.environment)
        let decisions = try #require(try output.json()["decisions"] as? [[String: Any]])
        #expect(decisions.map { $0["cause"] as? String } == [cause], "\(day): \(output)")
      }
    }
  }

  @Test("A parcel for a request is refused without them, and the session's other decisions stand")
  func session() async throws {
    try await SmallTown.with { yaosu, pool in
      _ = try await yaosu.done(
        "session", "open", Self.saturday, "--attending", "office,natural_resources")
      let file = try yaosu.file(
        "decisions.json",
        """
        [{"kind": "allocate", "request": "TD-2", "parcel": "DK-A", "area_mu": "18"},
         {"kind": "defer", "request": "TD-1", "until": "2027-01-31"}]
        """)
      let output = try await YaosuProcess.run(
        ["decide", file, "--session", Self.saturday, "--json"], environment: yaosu.environment)
      #expect(output.status == 1)
      let decisions = try #require(try output.json()["decisions"] as? [[String: Any]])
      #expect(decisions.map { $0["cause"] as? String } == ["two_persons", nil])
      let kinds = try await pool.query("SELECT kind FROM land.decision").decode(String.self)
      #expect(kinds == ["defer"])
    }
  }
}
