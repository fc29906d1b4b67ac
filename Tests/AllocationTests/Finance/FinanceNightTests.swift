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
      let again = try await database.financeNight(date)
      #expect(again.wasDone)
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
      "no third bank in a chain",
      """
      SELECT m.request FROM finance.match m
      JOIN allocation.offer o USING (offer_id)
      JOIN allocation.round r USING (round_id)
      JOIN registry.enterprises e ON e.uscc = m.uscc
      WHERE e.chain IS NOT NULL AND NOT EXISTS (
        SELECT FROM finance.chain_bank b
        WHERE b.jurisdiction = m.jurisdiction AND b.chain = e.chain
          AND b.period @> r.business_date AND m.bank IN (b.lead, b.partner))
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
