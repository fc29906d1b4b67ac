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
      _ = try await connection.query(
        "SELECT pg_advisory_xact_lock(hashtextextended('yaosu lpr', 0))")
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

/// Why a rate is not entered.
public enum PrimeRateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A rate is above 0 and at most 100, with two decimals.
  case value(Numeric)
  /// The day has not come yet.
  case future(DateOnly)
  /// Another rate of that day stands.
  case published(LoanPrimeRate)
  /// No rate of that day stands.
  case nothingToCorrect(DateOnly)

  public var description: String {
    switch self {
    case .value(let rate): "a rate is above 0 and at most 100 %, with two decimals, not \(rate)"
    case .future(let date): "\(date) has not come yet: enter the rate on the day of its publication"
    case .published(let rate):
      "the LPR of \(rate.publishedOn) is \(rate.oneYearPct) and \(rate.fiveYearPct) % already; "
        + "--correct replaces it, and signed loans keep theirs"
    case .nothingToCorrect(let date):
      "no LPR was published on \(date): leave --correct out to enter one"
    }
  }
}
