import Postgres
import TestSupport
import Testing

@testable import Allocation

@Suite("Verification finds what a forger changes")
struct VerificationTests {
  private static let forgeries: [(what: String, statement: SQL)] = [
    (
      "objective",
      "UPDATE allocation.round_request SET chosen = NULL WHERE request_no = (SELECT min(request_no) FROM allocation.round_request WHERE chosen IS NOT NULL)"
    ),
    (
      "content_digest",
      "UPDATE allocation.round_row SET price = price + 1 WHERE row_no = (SELECT min(row_no) FROM allocation.round_row WHERE price > 0)"
    ),
    (
      "over_capacity",
      """
      UPDATE allocation.round_use u SET amount = 1000 FROM allocation.round_request q
      WHERE (u.round_id, u.request_no, u.option_no) = (q.round_id, q.request_no, q.chosen)
        AND q.request_no = (SELECT min(request_no) FROM allocation.round_request WHERE chosen IS NOT NULL)
      """
    ),
    ("bound", "UPDATE allocation.round SET bound = bound + 1"),
    ("objective", "UPDATE allocation.round SET objective = objective - 1, bound = bound - 1"),
    ("price_range", "UPDATE allocation.round_row SET price = -1 WHERE row_no = 0"),
    (
      "content_digest",
      "UPDATE allocation.round_option SET score = score - 1 WHERE (request_no, option_no) = (SELECT request_no, option_no FROM allocation.round_option ORDER BY score LIMIT 1)"
    ),
    (
      "content_digest",
      "UPDATE allocation.round_unserved SET explanation_zh = '无' WHERE request_no = (SELECT min(request_no) FROM allocation.round_unserved)"
    ),
    (
      "content_digest",
      "UPDATE allocation.round_unserved SET smallest_change = '{}' WHERE request_no = (SELECT min(request_no) FROM allocation.round_unserved)"
    ),
    ("content_digest", "DELETE FROM allocation.round_refusal WHERE request_no = 1"),
    (
      "content_digest", "UPDATE allocation.round_request SET enterprise = '别家' WHERE request_no = 1"
    ),
    ("content_digest", "UPDATE allocation.round_option SET detail = '{}' WHERE request_no = 1"),
    ("content_digest", "UPDATE allocation.round SET input_digest = repeat('0', 64)"),
    ("status", "UPDATE allocation.round SET status = 'optimal'"),
    ("content_digest", "UPDATE allocation.round SET status = 'time_limit'"),
    ("content_digest", "UPDATE allocation.round SET algorithm = 'magic'"),
    (
      "lottery",
      "UPDATE allocation.round_request SET lottery = repeat('0', 16) WHERE request_no = 3"
    ),
    ("unknown_choice", "UPDATE allocation.round_request SET chosen = 9999 WHERE request_no = 0"),
    (
      "unknown_use",
      "DELETE FROM allocation.round_row WHERE row_no = (SELECT min(row_no) FROM allocation.round_use)"
    ),
    ("counts", "DELETE FROM allocation.round_request WHERE request_no = 0"),
    (
      "offer",
      "DELETE FROM allocation.offer WHERE offer_id = (SELECT min(offer_id) FROM allocation.offer)"
    ),
  ]

  @Test(
    "A round that was stored with an earlier form of digest is verified in that form",
    arguments: [1, 2])
  func earlierForm(form: Int) async throws {
    try await Office.with(Office.city) { database, superuser in
      let date = TechVPFixture.day("2026-11-20")
      _ = try await Night(pool: database.pool, actor: "test").run(on: date, mechanisms: [.techvp])
      try await superuser.transaction { connection in
        try await connection.execute("SET LOCAL session_replication_role = replica")
        try await connection.execute(
          """
          UPDATE allocation.round SET content_form = \(Int32(form))
          """)
        try await connection.execute(
          "UPDATE allocation.round SET content_digest = allocation.content_digest(round_id)")
      }
      func faults() async throws -> [String] {
        try await Verification(pool: database.pool).run(.date(date)).flatMap(\.faults)
      }
      #expect(try await faults() == [])
      try await superuser.transaction { connection in
        try await connection.execute("SET LOCAL session_replication_role = replica")
        try await connection.execute("UPDATE allocation.round_option SET detail = '{}'")
      }
      #expect(try await faults().contains { $0.hasPrefix("content_digest") })
    }
  }

  @Test("Details are written as PostgreSQL writes them, whatever is in them")
  func details() async throws {
    let odd = [
      "b": "x\\y \"z\"", "aa": "一\t二\n三\r\u{8}\u{c}\u{1f}", "a": "", "é": "u\u{7f}\u{1F600}/",
    ]
    let option = RoundProblem.Option(
      resource: "r", detail: odd, amount: 1, unit: "u", score: 0, uses: [])
    try await Office.with(Office.empty) { database, _ in
      let written: String = try await database.pool.one("SELECT \(option.detailJSON)::jsonb::text")
      #expect(written == option.detailText)
    }
  }

  @Test("One stored figure changed by hand", arguments: forgeries.indices)
  func forgery(index: Int) async throws {
    let (what, statement) = Self.forgeries[index]
    try await Office.with(Office.city) { database, superuser in
      let date = TechVPFixture.day("2026-11-20")
      _ = try await Night(pool: database.pool, actor: "test").run(on: date, mechanisms: [.techvp])
      try await superuser.transaction { connection in
        // A forger with the database in hand goes round the audit door.
        try await connection.execute("SET LOCAL session_replication_role = replica")
        try await connection.execute(statement)
      }
      let finding = try #require(try await Verification(pool: database.pool).run(.date(date)).first)
      let own = finding.faults.filter { !$0.hasPrefix("report.") }
      #expect(own.contains { $0.hasPrefix(what) }, "\(finding.faults)")
      let listed = try await superuser.query("SELECT what FROM report.certificate_violation")
        .decode(String.self)
      #expect(listed.contains(what), "\(listed)")
    }
  }

  @Test("A proved optimum that calls itself less is a lie too")
  func modesty() async throws {
    try await Office.with(Office.city) { database, superuser in
      _ = try await Night(pool: database.pool, actor: "test").run(
        on: TechVPFixture.day("2026-11-20"), mechanisms: [.rotation])
      let status: String = try await superuser.one("SELECT status FROM report.round")
      #expect(status == "optimal")
      try await superuser.transaction { connection in
        try await connection.execute("SET LOCAL session_replication_role = replica")
        try await connection.execute("UPDATE allocation.round SET status = 'within'")
      }
      let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      #expect(faults.contains { $0.hasPrefix("status: within") }, "\(faults)")
      #expect(faults.contains { $0.hasPrefix("report.certificate_violation: status") })
    }
  }

  @Test("Absurd figures are a fault, not a crash")
  func magnitude() async throws {
    try await Office.with(Office.city) { database, superuser in
      _ = try await Night(pool: database.pool, actor: "test").run(
        on: TechVPFixture.day("2026-11-20"), mechanisms: [.techvp])
      try await superuser.execute("UPDATE allocation.round_use SET amount = 9223372036854775807")
      try await superuser.execute("UPDATE allocation.round_row SET price = 9223372036854775807")
      let finding = try #require(try await Verification(pool: database.pool).run(.all).first)
      #expect(finding.faults.contains { $0.hasPrefix("magnitude") })
    }
  }

  private static let ledgerForgeries: [(what: String, statement: SQL)] = [
    ("offer_use", "UPDATE allocation.offer_use SET amount = amount + 1"),
    ("offer_use", "UPDATE allocation.offer_use SET amount = amount / 2"),
    ("offer_use", "DELETE FROM allocation.offer_use WHERE lot LIKE 'parcel:%'"),
    (
      "offer_use",
      """
      UPDATE allocation.offer_use u SET lot = (
        SELECT min(l.lot) FROM allocation.lot l JOIN allocation.lot own
          ON own.lot = u.lot AND l.kind = own.kind AND l.resource <> own.resource)
      WHERE lot LIKE 'quota:JS%'
      """
    ),
    ("offer", "UPDATE allocation.offer SET jurisdiction = '340100'"),
  ]

  @Test(
    "What offers hold on the ledger, changed by hand: the view and so the command list it",
    arguments: ledgerForgeries.indices)
  func ledgerForgery(index: Int) async throws {
    let (what, statement) = Self.ledgerForgeries[index]
    try await Office.with(LandTown.template) { database, superuser in
      let outcome = try #require(
        try await Night(pool: database.pool, actor: "test").run(
          on: TechVPFixture.day("2026-11-20"), mechanisms: [.land]
        ).first)
      #expect(outcome.assigned > 0)
      func faults() async throws -> [String] {
        try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      }
      #expect(try await faults() == [])
      try await superuser.transaction { connection in
        try await connection.execute("SET LOCAL session_replication_role = replica")
        #expect(try await connection.execute(statement) > 0)
      }
      #expect(
        try await faults().contains { $0.hasPrefix("report.certificate_violation: \(what):") })
    }
  }

  @Test("No plan is compiled: of the views' many small steps the planner knows no cost")
  func plansUncompiled() async throws {
    try await TestDatabase.with { superuser in
      let database = Database(login: superuser.configuration)
      _ = try await database.migrate()
      await database.pool.close()
      let later = try await Connection.connect(superuser.configuration)
      defer { later.close() }
      #expect(try await later.query("SHOW jit").only(String.self) == "off")
    }
  }

  @Test("A round that is not there is named")
  func unknownRound() async throws {
    try await Office.with(Office.empty) { database, _ in
      await #expect(throws: RoundError.self) {
        try await Verification(pool: database.pool).run(.round(17))
      }
      let findings = try await Verification(pool: database.pool).run(.all)
      #expect(findings.isEmpty)
    }
  }
}
