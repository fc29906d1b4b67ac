public import Postgres

extension Finance {
  /// Reads what is open on the business date. A request with a live offer, or whose loan has come
  /// to its end, is not open again; what offers hold of lines and limits is not free.
  public static func snapshot(
    in scope: RoundScope, from connection: Connection
  ) async throws -> FinanceSnapshot {
    FinanceSnapshot(
      businessDate: scope.businessDate,
      lpr: try await lpr(on: scope.businessDate, connection),
      requests: try await requests(scope, connection),
      banks: try await banks(scope, connection),
      products: try await products(scope, connection),
      history: try await history(scope, connection),
      chainBanks: try await chainBanks(scope, connection),
      exposures: try await exposures(scope, connection),
      declined: try await declined(scope, connection))
  }

  private static func lpr(
    on date: DateOnly, _ connection: Connection
  ) async throws -> LoanPrimeRate? {
    try await connection.query(
      """
      SELECT published_on AS "publishedOn", one_year_pct AS "oneYearPct",
        five_year_pct AS "fiveYearPct"
      FROM reference.lpr WHERE published_on <= \(date) ORDER BY published_on DESC LIMIT 1
      """
    ).records(as: LoanPrimeRate.self).first
  }

  private static func requests(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [FinanceRequest] {
    try await connection.query(
      """
      SELECT q.number, q.uscc::text AS uscc, e.name AS enterprise,
        CASE WHEN a.chain IS NULL THEN e.chain END AS chain, e.size, e.rating,
        q.amount_wan AS "amountWan", q.term_months AS "termMonths", q.collateral,
        q.max_rate_pct AS "maxRatePct", q.purpose, q.first_loan AS "firstLoan",
        q.submitted_on AS "submittedOn"
      FROM registry.finance_requests q
      JOIN registry.enterprises e USING (uscc)
      LEFT JOIN finance.chain_absence a ON (a.jurisdiction, a.chain) = (q.jurisdiction, e.chain)
        AND a.period @> \(scope.businessDate)
      WHERE q.jurisdiction = \(scope.jurisdiction) AND q.submitted_on <= \(scope.businessDate)
        AND NOT EXISTS (
          SELECT FROM allocation.live_offers(\(scope.businessDate)) o
          WHERE o.mechanism = 'finance' AND o.request = q.number)
        AND NOT EXISTS (
          SELECT FROM allocation.offer o
          WHERE o.mechanism = 'finance' AND o.request = q.number AND o.state = 'released'
            AND o.answer_code IN ('repaid', 'renewed'))
      """
    ).records(as: FinanceRequest.self)
  }

  private struct BankRecord: Decodable {
    let code: String
    let maxChains: Int
    let clientLimitWan: Int64
    let lot: String?
    let freeWan: Int64?
    let inclusiveFloorWan: Int64?
    let inclusiveWan: Int64?
  }

  private static func banks(_ scope: RoundScope, _ connection: Connection) async throws -> [Bank] {
    try await connection.query(
      """
      SELECT b.code, b.max_chains AS "maxChains", b.client_limit_wan AS "clientLimitWan",
        f.lot, f.free::bigint AS "freeWan", l.inclusive_floor_wan AS "inclusiveFloorWan",
        finance.inclusive_wan(f.lot, \(scope.businessDate)) AS "inclusiveWan"
      FROM registry.banks b
      LEFT JOIN allocation.free_lots('finance', \(scope.jurisdiction), \(scope.businessDate)) f
        ON f.kind = 'credit_line' AND f.resource = b.code
      LEFT JOIN registry.credit_lines l
        ON l.bank = b.code AND l.period @> \(scope.businessDate)
      WHERE b.jurisdiction = \(scope.jurisdiction)
      """
    ).records(as: BankRecord.self).map { record in
      Bank(
        code: record.code, maxChains: record.maxChains, clientLimitWan: record.clientLimitWan,
        line: record.lot.map {
          CreditLine(
            lot: $0, freeWan: record.freeWan ?? 0,
            inclusiveFloorWan: record.inclusiveFloorWan ?? 0,
            inclusiveWan: record.inclusiveWan ?? 0)
        })
    }
  }

  private static func products(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [LoanProduct] {
    try await connection.query(
      """
      SELECT code, bank, collateral, min_wan AS "minWan", max_wan AS "maxWan",
        max_months AS "maxMonths", rate_pct AS "ratePct", min_rating AS "minRating", sizes
      FROM registry.loan_products WHERE jurisdiction = \(scope.jurisdiction)
      """
    ).records(as: LoanProduct.self)
  }

  private static func history(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [ChainHistory] {
    try await connection.query(
      """
      SELECT bank, chain, clients, outstanding_wan AS "outstandingWan",
        bad_loan_pct AS "badLoanPct"
      FROM registry.bank_chain_history WHERE jurisdiction = \(scope.jurisdiction)
      """
    ).records(as: ChainHistory.self)
  }

  private static func chainBanks(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [ChainBanks] {
    try await connection.query(
      """
      SELECT chain, lead, partner FROM finance.chain_bank
      WHERE jurisdiction = \(scope.jurisdiction) AND period @> \(scope.businessDate)
      """
    ).records(as: ChainBanks.self)
  }

  private static func exposures(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [ClientExposure] {
    try await connection.query(
      """
      SELECT bank, uscc, amount_wan AS "amountWan", drawn_wan AS "drawnWan"
      FROM finance.exposure_on(\(scope.jurisdiction), \(scope.businessDate))
      """
    ).records(as: ClientExposure.self)
  }

  private static func declined(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [DeclinedBank] {
    try await connection.query(
      "SELECT request, bank FROM finance.refused_pairs(\(scope.jurisdiction))"
    ).records(as: DeclinedBank.self)
  }
}
