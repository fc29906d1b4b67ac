import Postgres
import Testing

@testable import Allocation

@Suite("The life of a shared loan")
struct SharedMatchTests {
  private static let examined: [MatchStep] = [.acknowledge, .beginDueDiligence]
  private static let sign = MatchStep.sign(ratePct: FinanceFixture.number("3.85"))

  /// An office whose policy shares loans above 10 million yuan, and a request of 18 million that
  /// the client limits of 15 million keep either bank from serving alone.
  private func office(
    _ body: @escaping (Database, Pool, _ banks: [String]) async throws -> Void
  ) async throws {
    try await Office.with(FinanceOffice.small) { database, superuser in
      try await superuser.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "split", action: "policy"))
        for statement in Self.policy { try await connection.execute(statement) }
      }
      try await FinanceOffice.load(
        [
          "finance_requests": [
            FinanceOffice.requestHeader, FinanceOffice.request("RZ-9", 2, amount: 1800),
          ]
        ],
        into: database)
      try await database.financeNight("2026-01-19")
      let banks = try await superuser.query(
        "SELECT bank FROM finance.match WHERE request = 'RZ-9' ORDER BY bank"
      ).decode(String.self)
      #expect(banks == ["BA", "BB"])
      try await body(database, superuser, banks)
      for broken in FinanceInvariants.broken {
        let rows = try await superuser.query(broken.query).decode(String.self)
        #expect(rows == [], "\(broken.what)")
      }
      let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      #expect(faults.isEmpty)
    }
  }

  private static let policy: [SQL] = [
    "INSERT INTO policy.versions (version, title, state) VALUES (3, '银团', 'draft')",
    """
    INSERT INTO policy.parameters (version, name, number, word, unit, meaning)
    SELECT 3, name, CASE name WHEN 'finance.split.above' THEN 1000 ELSE number END,
      CASE name WHEN 'finance.split.rule' THEN 'above' ELSE word END, unit, meaning
    FROM policy.parameters WHERE version = 1
    """,
    "UPDATE policy.versions SET state = 'in_force', in_force_from = '2026-01-18' WHERE version = 3",
  ]

  private func record(
    _ steps: [MatchStep], _ bank: String, on day: String = "2026-01-20", _ database: Database
  ) async throws {
    for step in steps { try await database.step(step, "RZ-9", bank, day) }
  }

  private func offer(_ pool: Pool) async throws -> String {
    try await pool.one("SELECT state FROM report.offer WHERE request = 'RZ-9'")
  }

  /// What the offer holds of the two lines: offered and committed, 万元.
  private func held(_ pool: Pool) async throws -> [String] {
    try await pool.query(
      """
      SELECT l.resource || ' ' || e.account || ' ' || sum(e.amount)::bigint
      FROM allocation.movement m
      JOIN allocation.lot l ON l.lot = m.from_lot
      CROSS JOIN LATERAL (VALUES (m.to_account, m.amount), (m.from_account, -m.amount))
        AS e (account, amount)
      WHERE m.offer_id = (SELECT offer_id FROM report.offer WHERE request = 'RZ-9')
        AND e.account <> 'free'
      GROUP BY l.resource, e.account HAVING sum(e.amount) <> 0 ORDER BY 1
      """
    ).decode(String.self)
  }

  private func share(_ bank: String, _ pool: Pool) async throws -> Int {
    try await pool.one(
      "SELECT amount_wan::bigint FROM finance.match WHERE (request, bank) = ('RZ-9', \(bank))")
  }

  @Test("Both approve: nothing is signed before both have; the line is free when both are repaid")
  func bothApprove() async throws {
    try await office { database, superuser, banks in
      let (first, second) = (banks[0], banks[1])
      let shares = [try await share(first, superuser), try await share(second, superuser)]
      #expect(shares.reduce(0, +) == 1800)
      #expect(shares.allSatisfy { $0 >= 540 && $0 <= 1500 })
      try await record(Self.examined + [.approve], first, database)
      #expect(try await offer(superuser) == "offered")
      for step in [Self.sign, .abandon(note: nil)] {
        await #expect(throws: MatchError.awaitsShare(bank: first)) {
          try await record([step], first, database)
        }
      }
      try await record(Self.examined + [.approve], second, database)
      #expect(try await offer(superuser) == "accepted")
      #expect(
        try await held(superuser) == [
          "\(first) committed \(shares[0])", "\(second) committed \(shares[1])",
        ])
      try await record([Self.sign, .draw, .repay], first, database)
      #expect(try await offer(superuser) == "accepted")
      try await record([Self.sign, .draw, .repay], second, database)
      #expect(try await offer(superuser) == "released")
      #expect(try await held(superuser) == [])
    }
  }

  @Test("One reduces, then the other declines: the reduced share stands, the rest is free")
  func oneStands() async throws {
    try await office { database, superuser, banks in
      let (first, second) = (banks[0], banks[1])
      try await record(Self.examined + [.reduce(toWan: 400)], first, database)
      try await record([.decline(code: "industry", note: nil)], second, database)
      #expect(try await offer(superuser) == "accepted")
      #expect(try await held(superuser) == ["\(first) committed 400"])
      try await record([Self.sign, .draw], first, database)
      let (offered, approved) = try await superuser.query(
        "SELECT offered_wan::bigint, approved_wan::bigint FROM report.finance_funnel WHERE by = 'all'"
      ).only(Int.self, Int.self)
      // The other four requests are 2300.
      #expect((offered, approved) == (4100, 400))
    }
  }

  @Test("One declines first: the other's share is withdrawn, the offer declined, all lines free")
  func oneDeclines() async throws {
    try await office { database, superuser, banks in
      let (first, second) = (banks[0], banks[1])
      try await record([.acknowledge], second, database)
      try await record([.decline(code: "industry", note: nil)], first, database)
      #expect(try await offer(superuser) == "declined")
      #expect(try await held(superuser) == [])
      let state: String = try await superuser.one(
        "SELECT state FROM finance.match WHERE (request, bank) = ('RZ-9', \(second))")
      #expect(state == "withdrawn")
      let refused = try await superuser.query(
        "SELECT bank FROM finance.refused_pairs('341800') WHERE request = 'RZ-9'"
      ).decode(String.self)
      #expect(refused == [first], "who was not asked to decide has not declined")
    }
  }

  @Test("After both have approved, one is abandoned: its line is free, the other stands")
  func oneAbandons() async throws {
    try await office { database, superuser, banks in
      for bank in banks { try await record(Self.examined + [.approve], bank, database) }
      try await record([.abandon(note: "只用一家")], banks[0], database)
      #expect(try await offer(superuser) == "accepted")
      let rest = try await share(banks[1], superuser)
      #expect(try await held(superuser) == ["\(banks[1]) committed \(rest)"])
    }
  }

  @Test("Silence of one bank ends what is undecided, and leaves an approved share standing")
  func silence() async throws {
    try await office { database, superuser, banks in
      try await record(Self.examined + [.approve], banks[0], database)
      try await database.financeNight("2026-01-22")
      #expect(try await offer(superuser) == "accepted")
      let states = try await superuser.query(
        """
        SELECT state || coalesce(' ' || flagged_on, '') FROM finance.match
        WHERE request = 'RZ-9' ORDER BY bank
        """
      ).decode(String.self)
      #expect(states == ["approved", "expired 2026-01-22"])
    }
    try await office { database, superuser, _ in
      try await database.financeNight("2026-01-22")
      let expired: Int = try await superuser.one(
        "SELECT count(*) FROM report.offer WHERE request = 'RZ-9' AND state = 'expired'")
      #expect(expired == 1)
    }
  }

  @Test("The office withdraws the whole offer while nobody has approved, and not afterwards")
  func withdraw() async throws {
    try await office { database, superuser, banks in
      let number: Int = try await superuser.one(
        "SELECT offer_id FROM report.offer WHERE request = 'RZ-9'")
      let desk = OfferDesk(pool: database.pool)
      let day = FinanceFixture.day("2026-01-20")
      await #expect(throws: OfferRefusal.self) {
        try await desk.answer(number, OfferAnswer(.accept, by: "bank:BA", on: day))
      }
      try await desk.answer(number, OfferAnswer(.withdraw, by: OfferAnswer.office, on: day))
      let states = try await superuser.query(
        "SELECT state FROM finance.match WHERE request = 'RZ-9'"
      ).decode(String.self)
      #expect(states == ["withdrawn", "withdrawn"])
      #expect(try await held(superuser) == [])
    }
    try await office { database, superuser, banks in
      try await record(Self.examined + [.approve], banks[0], database)
      let number: Int = try await superuser.one(
        "SELECT offer_id FROM report.offer WHERE request = 'RZ-9'")
      await #expect(throws: PostgresError.self) {
        try await OfferDesk(pool: database.pool).answer(
          number,
          OfferAnswer(.withdraw, by: OfferAnswer.office, on: FinanceFixture.day("2026-01-20")))
      }
      #expect(try await offer(superuser) == "offered")
    }
  }
}
