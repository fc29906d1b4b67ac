import Postgres
import Testing

@testable import Allocation

@Suite("The finance night on the sample city")
struct FinanceNightTests {
  @Test("Certified within half a per cent, floors counted, every unserved request explained")
  func certified() async throws {
    try await Office.with(FinanceOffice.city) { database, superuser in
      let date = "\(SampleCity.businessDate)"
      let outcome = try await database.financeNight(date)
      #expect(outcome.assigned > 0)
      #expect(Double(outcome.bound - outcome.objective) <= 0.005 * Double(outcome.objective))
      let violations = try await superuser.query(
        "SELECT what || ' ' || detail FROM report.certificate_violation"
      ).decode(String.self)
      #expect(violations == [])
      let findings = try await Verification(pool: database.pool).run(.all)
      #expect(findings.map(\.faults) == [[]])
      let unexplained: Int = try await superuser.one(
        "SELECT count(*) FROM report.unserved WHERE explanation = ''")
      #expect(unexplained == 0)
      let explained: Int = try await superuser.one("SELECT count(*) FROM report.unserved")
      #expect(explained == outcome.requests - outcome.assigned)
      try await checkInvariants(superuser)
      try await checkFloors(outcome.objective, date, superuser)
      let again = try await database.financeNight(date)
      #expect(again.wasDone)
    }
  }

  /// Floors are met, or what is missing is reported and costs 10 points for each 10,000 yuan: summed
  /// anew from offers, sizes and lines, without what the round stored.
  private func checkFloors(_ objective: Int64, _ date: String, _ pool: Pool) async throws {
    let missing: Int64 = try await pool.one(
      """
      SELECT sum(greatest(0, l.inclusive_floor_wan - coalesce((
          SELECT sum(o.amount) FROM allocation.offer o
          JOIN registry.enterprises e USING (uscc)
          WHERE o.mechanism = 'finance' AND o.resource = l.bank AND e.size IN ('small', 'micro')
        ), 0)))::bigint
      FROM registry.credit_lines l WHERE l.period @> \(date)::date
      """)
    let points: Int64 = try await pool.one(
      "SELECT sum(score)::bigint FROM allocation.offer WHERE mechanism = 'finance'")
    #expect(objective == points - 10 * missing)
    let reported: Int64 = try await pool.one(
      "SELECT sum(inclusive_shortfall_wan)::bigint FROM report.bank_performance")
    #expect(reported == missing)
  }

  /// What is odd, in which sheet, and the column that the answer names.
  private static let odd: [(sheet: String, header: String, line: String, column: String)] = [
    (
      "finance_requests", FinanceOffice.requestHeader,
      FinanceOffice.request("RZ-9", 0, amount: 0), "amount_wan"
    ),
    (
      "finance_requests", FinanceOffice.requestHeader,
      FinanceOffice.request("RZ-9", 0).replacing(",500,12,", with: ",500,0,"), "term_months"
    ),
    (
      "loan_products",
      "code,bank,name,collateral,min_wan,max_wan,max_months,rate_pct,min_rating,sizes",
      "BA-9,BA,样本产品,credit,600,500,36,4.00,BB,small", "min_wan"
    ),
    (
      "credit_lines", "bank,period_start,period_end,amount_wan,inclusive_floor_wan",
      "BA,2026-01-01,2026-12-31,3000,3001", "inclusive_floor_wan"
    ),
  ]

  @Test("Odd inputs are refused at import, each with file, line and column", arguments: 0..<4)
  func oddInput(_ number: Int) async throws {
    let odd = Self.odd[number]
    try await Office.with(FinanceOffice.small) { database, _ in
      let error = await #expect(throws: OfficeError.self) {
        try await FinanceOffice.load([odd.sheet: [odd.header, odd.line]], into: database)
      }
      let lines = try #require(error?.lines)
      #expect(lines.count == 1)
      #expect(lines[0].contains("\(odd.sheet).csv:2") && lines[0].contains(odd.column), "\(lines)")
    }
  }

  /// What the database must never show, whatever happened before.
  private func checkInvariants(_ pool: Pool) async throws {
    for broken in FinanceInvariants.broken {
      let rows = try await pool.query(broken.query).decode(String.self)
      #expect(rows == [], "\(broken.what)")
    }
  }

  @Test("Rows in another order give the same digest and the same offers")
  func repeatable() async throws {
    var results: [[String]] = []
    for shuffle in [false, true] {
      try await Office.with(FinanceOffice.small) { database, superuser in
        if shuffle {
          try await superuser.transaction { connection in
            try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "rewrite"))
            try await connection.execute(
              "UPDATE registry.finance_requests SET needed_by = needed_by + 1")
            try await connection.execute("UPDATE registry.loan_products SET name = name || ' '")
          }
        }
        try await database.financeNight("2026-01-19")
        results.append(
          try await superuser.query(
            """
            SELECT input_digest FROM report.round UNION ALL
            (SELECT request || ' ' || resource || ' ' || score FROM report.offer ORDER BY 1)
            """
          ).decode(String.self))
      }
    }
    #expect(results.first == results.last)
    #expect(results.first?.count == 5)
  }
}

/// Statements that find rows only where a promise is broken.
enum FinanceInvariants {
  static func check(_ pool: Pool) async throws {
    for broken in broken {
      let rows = try await pool.query(broken.query).decode(String.self)
      #expect(rows == [], "\(broken.what)")
    }
  }

  /// For each match the chain on the list that its enterprise was on when it was recommended: by the
  /// version of the enterprise that the recommendation's event found.
  private static let chainsAtTheTime: SQL = """
    SELECT m.offer_id, m.bank, r.business_date, CASE WHEN NOT EXISTS (
        SELECT FROM finance.chain_absence a
        WHERE (a.jurisdiction, a.chain) = (m.jurisdiction, v.chain) AND a.period @> r.business_date)
      THEN v.chain END AS chain
    FROM finance.match m
    JOIN finance.match_step s ON (s.offer_id, s.bank, s.step) = (m.offer_id, m.bank, 1)
    JOIN allocation.offer o ON o.offer_id = m.offer_id
    JOIN allocation.round r ON r.round_id = o.round_id
    JOIN registry.enterprises e ON e.uscc = m.uscc
    LEFT JOIN LATERAL (
      SELECT true AS found, h.old_row ->> 'chain' AS chain FROM audit.row_history h
      WHERE h.table_name = 'registry.enterprises' AND h.row_key = m.uscc
        AND h.superseded_by > s.event_id
      ORDER BY h.superseded_by LIMIT 1) h ON true
    CROSS JOIN LATERAL (
      SELECT CASE WHEN h.found THEN h.chain ELSE e.chain::text END AS chain) v
    """

  static let broken: [(what: String, query: SQL)] = [
    (
      "a chain has two different banks or none on any day",
      """
      SELECT a.chain FROM finance.chain_bank a
      JOIN finance.chain_bank b ON (b.jurisdiction, b.chain) = (a.jurisdiction, a.chain)
        AND b.period && a.period AND b.chain_bank_id <> a.chain_bank_id
      UNION SELECT chain FROM finance.chain_bank WHERE lead = partner
      """
    ),
    (
      "no bank has more chains than its limit on any day",
      """
      SELECT k.code FROM registry.banks k
      CROSS JOIN generate_series('2026-01-01'::date, '2026-12-31', '1 day') d
      JOIN finance.chain_bank b ON k.code IN (b.lead, b.partner) AND b.period @> d::date
      GROUP BY k.code, k.max_chains, d HAVING count(*) > k.max_chains
      """
    ),
    (
      "no bank lends above its line",
      """
      SELECT l.bank FROM registry.credit_lines l
      JOIN allocation.offer_use u ON u.lot = 'credit_line:' || l.bank || ':' || l.period_start
      JOIN allocation.offer o USING (offer_id)
      WHERE o.state IN ('offered', 'accepted')
      GROUP BY l.bank, l.period_start, l.amount_wan HAVING sum(u.amount) > l.amount_wan
      """
    ),
    (
      "the ledger says what offers hold",
      """
      SELECT l.lot FROM allocation.lot l
      WHERE l.mechanism = 'finance' AND coalesce((
          SELECT sum(b.amount) FROM allocation.balance b
          WHERE b.lot = l.lot AND b.account IN ('offered', 'committed')), 0)
        <> coalesce((
          SELECT sum(u.amount) FROM allocation.offer_use u JOIN allocation.offer o USING (offer_id)
          WHERE u.lot = l.lot AND o.state IN ('offered', 'accepted')), 0)
      """
    ),
    (
      "no client owes above its limit",
      """
      SELECT m.uscc FROM finance.match m JOIN registry.banks b ON b.code = m.bank
      WHERE m.state IN
        ('offered', 'acknowledged', 'due_diligence', 'approved', 'reduced', 'signed', 'drawn')
      GROUP BY m.uscc, m.bank, b.client_limit_wan
      HAVING sum(coalesce(m.approved_wan, m.amount_wan)
        - CASE WHEN m.renews IS NULL THEN 0 ELSE m.replaces_wan END) > b.client_limit_wan
      """
    ),
    (
      "the counter of a client says what its matches say",
      """
      SELECT m.uscc FROM finance.match m
      LEFT JOIN finance.client_exposure e USING (bank, uscc)
      GROUP BY m.uscc, m.bank, e.amount_wan
      HAVING coalesce(sum(coalesce(m.approved_wan, m.amount_wan)
          - CASE WHEN m.renews IS NULL THEN 0 ELSE m.replaces_wan END)
        FILTER (WHERE m.state IN
          ('offered', 'acknowledged', 'due_diligence', 'approved', 'reduced', 'signed', 'drawn')), 0)
        <> coalesce(e.amount_wan, 0)
      """
    ),
    (
      "no third bank in a chain on the day of a recommendation that came to something",
      """
      SELECT m.request FROM (\(chainsAtTheTime)) c
      JOIN finance.match m USING (offer_id, bank)
      WHERE c.chain IS NOT NULL
        AND m.state NOT IN ('declined', 'expired', 'withdrawn', 'abandoned')
        AND NOT EXISTS (
          SELECT FROM finance.chain_bank b
          WHERE b.jurisdiction = m.jurisdiction AND b.chain = c.chain
            AND b.period @> c.business_date AND m.bank IN (b.lead, b.partner))
      """
    ),
    (
      "a match is of the chain that its enterprise was on",
      """
      SELECT m.request FROM (\(chainsAtTheTime)) c
      JOIN finance.match m USING (offer_id, bank) WHERE m.chain IS DISTINCT FROM c.chain
      """
    ),
    (
      "a chain off the list has no banks",
      """
      SELECT b.chain FROM finance.chain_bank b
      JOIN finance.chain_absence a ON (a.jurisdiction, a.chain) = (b.jurisdiction, b.chain)
        AND a.period && b.period
      """
    ),
    (
      "a match and its offer agree",
      """
      SELECT o.request FROM allocation.offer o
      WHERE o.mechanism = 'finance' AND o.state IS DISTINCT FROM finance.joint_state(o.offer_id)
      """
    ),
  ]
}
