public import Postgres

/// Where the office enters the loan prime rate (LPR) as it is published, month by month. Each rate is a
/// dated row under audit. Matches keep the rate that was in force when they were signed, whatever is
/// entered or corrected later.
public struct PrimeRateDesk: Sendable {
  private let door: AuditDoor
  private let actor: String

  /// - Parameter actor: who the audit events name.
  public init(pool: Pool, actor: String) {
    door = .own(pool)
    self.actor = actor
  }

  /// - Parameter connection: in a transaction with an audit event open.
  public init(on connection: Connection) {
    door = .open(connection)
    actor = ""
  }

  /// Whoever enters a rate comes after whoever is entering one.
  public static let turn: SQL = "SELECT pg_advisory_xact_lock(hashtextextended('yaosu lpr', 0))"

  /// Enters a rate.
  ///
  /// - Parameters:
  ///   - source: the notice that publishes or corrects it.
  ///   - isCorrection: whether another rate of that day is to be replaced; its row stays in history.
  ///   - today: rates of later days are not published yet.
  /// - Returns: `false` where the rate stands already: nothing is changed.
  /// - Throws: ``PrimeRateError``; ``PostgresError``.
  @discardableResult
  public func publish(
    _ rate: LoanPrimeRate, source: String, isCorrection: Bool = false,
    on today: DateOnly = .todayInShanghai
  ) async throws -> Bool {
    guard rate.publishedOn <= today else { throw PrimeRateError.future(rate.publishedOn) }
    for value in [rate.oneYearPct, rate.fiveYearPct]
    where value <= 0 || value > 100 || value.mantissa(atScale: 2) == nil {
      throw PrimeRateError.value(value)
    }
    return try await door.transaction { connection in
      // Of two clerks at once the second sees what the first has entered.
      _ = try await connection.query(Self.turn)
      let known = try await stored(rate.publishedOn, connection)
      if known == rate { return false }
      if let known, !isCorrection { throw PrimeRateError.published(known) }
      if known == nil, isCorrection { throw PrimeRateError.nothingToCorrect(rate.publishedOn) }
      try await door.begin(
        Cause(actor: actor, reason: source, action: known == nil ? "publish LPR" : "correct LPR"),
        on: connection)
      try await connection.execute(
        """
        INSERT INTO reference.lpr (published_on, one_year_pct, five_year_pct, source)
        VALUES (\(rate.publishedOn), \(rate.oneYearPct), \(rate.fiveYearPct), \(source))
        ON CONFLICT (published_on) DO UPDATE SET one_year_pct = excluded.one_year_pct,
          five_year_pct = excluded.five_year_pct, source = excluded.source
        """)
      return true
    }
  }

  private func stored(_ date: DateOnly, _ connection: Connection) async throws -> LoanPrimeRate? {
    try await connection.query(
      """
      SELECT published_on AS "publishedOn", one_year_pct AS "oneYearPct",
        five_year_pct AS "fiveYearPct"
      FROM reference.lpr WHERE published_on = \(date) FOR NO KEY UPDATE
      """
    ).records(as: LoanPrimeRate.self).first
  }
}
