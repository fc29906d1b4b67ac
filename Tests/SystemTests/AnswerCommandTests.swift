import Foundation
import Postgres
import Testing

@Suite("Answers to offers, by their commands")
struct AnswerCommandTests {
  private func offer(_ request: String, _ pool: Pool) async throws -> String {
    try await pool.query(
      "SELECT max(offer_id)::text FROM report.offer WHERE request = \(request)"
    ).only(String.self)
  }

  private func states(_ pool: Pool) async throws -> [String] {
    try await pool.query(
      "SELECT request || ' ' || resource || ' ' || state FROM report.offer ORDER BY offer_id"
    ).decode(String.self)
  }

  @Test("Land: accepted, declined, expired by a night, offered again, released; a project's stages")
  func land() async throws {
    try await SmallTown.with { yaosu, pool in
      _ = try await yaosu.done("nightly", "--date", "2026-11-20", "--mechanism", "land")
      let (first, third) = (try await offer("TD-1", pool), try await offer("TD-3", pool))
      let wrong = try await yaosu.refused("offer", "accept", first, "--by", "county:341802")
      #expect(wrong.contains("natural_resources may"))
      let by = ["--by", "natural_resources", "--date", "2026-11-23"]
      _ = try await yaosu.done("offer", "accept", first, by[0], by[1], by[2], by[3])
      #expect(
        try await yaosu.refused("offer", "decline", third, by[0], by[1], by[2], by[3])
          .contains("site_unsuitable"))
      _ = try await yaosu.done(
        "offer", "decline", third, "--code", "price", by[0], by[1], by[2], by[3])
      try await stages(yaosu, first)
      // TD-4 gets the parcel that TD-3 declined; nobody answers, and the clock of ten days runs out.
      _ = try await yaosu.done("nightly", "--date", "2026-11-24", "--mechanism", "land")
      let lapsed = try await offer("TD-4", pool)
      let due = try await pool.query(
        "SELECT due_on::text FROM report.offer WHERE offer_id = \(lapsed)::bigint"
      ).only(String.self)
      let late = ["--by", "natural_resources", "--date", "2026-12-09"]
      #expect(
        try await yaosu.refused("offer", "accept", lapsed, late[0], late[1], late[2], late[3])
          .contains("was to be answered by \(due)"))
      _ = try await yaosu.done("nightly", "--date", "2026-12-09", "--mechanism", "land")
      #expect(
        try await states(pool) == [
          "TD-1 DK-A accepted", "TD-3 DK-B declined", "TD-4 DK-B expired", "TD-4 DK-B offered",
        ])
      _ = try await yaosu.done(
        "offer", "release", first, "--by", "office", "--code", "project_changed")
      let free = try await pool.query(
        "SELECT free::text FROM report.land_quota WHERE quota = 'JS-341802'"
      ).only(String.self)
      #expect(free == "30.0000")
      _ = try await yaosu.done("verify")
    }
  }

  private func stages(_ yaosu: SmallTown.Commands, _ offer: String) async throws {
    #expect(
      try await yaosu.refused("project", "stage", "started", offer, "--date", "2026-12-01")
        .contains("acquired"))
    _ = try await yaosu.done("project", "stage", "signed", offer, "--date", "2026-12-01")
    #expect(
      try await yaosu.refused("project", "stage", "acquired", offer, "--date", "2026-11-30")
        .contains("2026-12-01"))
    _ = try await yaosu.done(
      "project", "progress", offer, "--developed", "2.5", "--invested", "100")
    #expect(try await yaosu.refused("project", "stage", "signed", "999").contains("999"))
  }

  @Test("Finance: from the recommendation to the loan, and the next bank after a refusal")
  func finance() async throws {
    try await SmallTown.with { yaosu, pool in
      _ = try await yaosu.done("nightly", "--date", "2026-11-20", "--mechanism", "finance")
      #expect(
        try await yaosu.refused(
          "offer", "accept", try await offer("RZ-1", pool), "--by", "bank:BA"
        ).contains("yaosu match"))
      #expect(
        try await yaosu.refused("match", "approve", "RZ-1", "BC", "--by", "经办").contains("BC"))
      #expect(
        try await yaosu.refused("match", "approve", "RZ-1", "BA", "--by", "经办")
          .contains("cannot become approved"))
      _ = try await yaosu.done(
        "match", "decline", "RZ-1", "BA", "--code", "materials", "--by", "经办", "--date",
        "2026-11-23")
      _ = try await yaosu.done("nightly", "--date", "2026-11-23", "--mechanism", "finance")
      for step in [
        ["acknowledge"], ["diligence"], ["reduce", "--amount", "300"], ["sign", "--rate", "3.95"],
        ["draw"], ["repay"],
      ] {
        let output = try await YaosuProcess.run(
          ["match", step[0], "RZ-1", "BB", "--by", "经办", "--date", "2026-11-24"]
            + step.dropFirst(), environment: yaosu.environment)
        #expect(output.status == 0, "\(step) \(output.stderr)")
      }
      #expect(try await states(pool) == ["RZ-1 BA declined", "RZ-1 BB released"])
      _ = try await yaosu.done("verify")
    }
  }

  @Test("A loan above every product: cause and smallest change, in both languages and truthful")
  func explained() async throws {
    try await SmallTown.with { yaosu, pool in
      _ = try await yaosu.done("nightly", "--date", "2026-11-20", "--mechanism", "finance")
      let chinese = try await yaosu.done("explain", "RZ-2").stdout
      #expect(chinese.contains("若融资金额（万元）由 3000 改为 1500，可获推荐银行"), "\(chinese)")
      let english = try await yaosu.done("explain", "RZ-2", "--lang", "en").stdout
      #expect(english.contains("changed from 3000 to 1500"), "\(english)")
      let sheet = try #require(SmallTown.sheets["finance_requests"])
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let file = try folder.write("finance_requests.csv", sheet.replacing(",3000,", with: ",1500,"))
      _ = try await yaosu.done("import", file)
      _ = try await yaosu.done("nightly", "--date", "2026-11-23", "--mechanism", "finance")
      #expect(try await states(pool).contains { $0.hasPrefix("RZ-2") })
    }
  }

  @Test("Banks of a chain: designated once, changed at a price, refused with the cause")
  func banks() async throws {
    try await SmallTown.with { yaosu, pool in
      let again = try await yaosu.done("designate-banks", "--term", "2026", "--json").json()
      let designations = try #require(again["designations"] as? [[String: Any]])
      #expect(designations.compactMap { $0["wasDone"] as? Bool } == [true])
      let persons = try await yaosu.twoPersons()
      func change(_ lead: String, _ partner: String, _ more: String...) -> [String] {
        [
          "change-banks", "C01", lead, partner, "--from", "2026-12-01", "--reason", "调整",
          "--document", "宣金〔2026〕3号",
        ] + persons + more
      }
      func run(_ arguments: [String]) async throws -> YaosuProcess.Output {
        try await YaosuProcess.run(arguments, environment: yaosu.environment)
      }
      for (arguments, words) in [
        (change("BA", "BA"), "two different banks"), (change("BA", "BX"), "BX"),
        (change("BA", "BB"), "has these two banks already"),
      ] {
        let output = try await run(arguments)
        #expect(output.status == 1 && output.stderr.contains(words), "\(output)")
      }
      let trial = try await run(change("BB", "BC", "--dry-run", "--json")).json()
      #expect((trial["price"] as? Int).map { $0 > 0 } == true)
      #expect(try await run(change("BB", "BC")).status == 0)
      let pairs = try await pool.query(
        "SELECT count(DISTINCT (lead, partner)) FROM finance.chain_bank WHERE chain = 'C01'"
      ).only(Int.self)
      #expect(pairs == 2)
      _ = try await yaosu.done("verify")
    }
  }

  @Test("A parcel of 0 mu, a loan of 0, a term of 0 and a product upside down are no input")
  func degenerate() async throws {
    try await SmallTown.with { yaosu, _ in
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      for (name, right, wrong, column) in [
        ("parcels", "DK-B,341881,0601,30,", "DK-B,341881,0601,0,", "area_mu"),
        (
          "finance_requests", "RZ-1,91341802CR63F0WT2P,2026-11-01,500,",
          "RZ-1,91341802CR63F0WT2P,2026-11-01,0,", "amount_wan"
        ),
        ("finance_requests", ",500,12,", ",500,0,", "term_months"),
        ("loan_products", "credit,10,2000", "credit,3000,2000", "min_wan"),
      ] {
        let sheet = try #require(SmallTown.sheets[name]) + "\n"
        let file = try folder.write("\(name).csv", sheet.replacing(right, with: wrong))
        let said = try await yaosu.refused("import", file)
        #expect(said.contains("\(name).csv") && said.contains(column), "\(said)")
      }
    }
  }
}
