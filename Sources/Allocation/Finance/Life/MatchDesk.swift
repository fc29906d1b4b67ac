public import Postgres

/// Records what banks and enterprises report of their matches, step by step.
///
/// The database draws the arrows, keeps client limits and lines, and moves the offer along; the desk
/// adds what only the calendar and the published rates can tell.
public struct MatchDesk: Sendable {
  private let door: AuditDoor
  private let actor: String

  /// - Parameter actor: who the audit events name.
  public init(pool: Pool, actor: String) {
    door = .own(pool)
    self.actor = actor
  }

  /// - Parameter connection: in a transaction with an audit event open, in the service's role.
  public init(on connection: Connection) {
    door = .open(connection)
    actor = ""
  }

  /// Records a step of the match that is under way between a request and a bank.
  ///
  /// - Parameters:
  ///   - offer: the offer that the match belongs to; the latest of the two if `nil`.
  ///   - person: who reports it, for the record.
  ///   - date: the day of the step.
  /// - Throws: ``MatchError``; ``PostgresError`` where a line or a limit does not allow it.
  public func record(
    _ step: MatchStep, request: String, bank: String, offer: Int? = nil, by person: String,
    on date: DateOnly
  ) async throws {
    try await door.transaction { connection in
      let match = try await find(request, bank, connection)
      guard offer == nil || offer == match.offer else {
        throw MatchError.notFound(request: request, bank: bank)
      }
      try await check(step, match, date, connection)
      try await door.begin(
        Cause(actor: actor, reason: "\(request) \(bank)", action: "match \(step.state.rawValue)"),
        on: connection)
      try await apply(step, match, person, date, connection)
    }
  }

  private struct Match: Decodable {
    let offer: Int
    let bank: String
    let state: MatchState
    let stateOn: DateOnly
    let offerState: OfferStanding.State
    let amountWan: Int64
    /// What the enterprise accepts at most.
    let maxRatePct: Numeric
    let months: Int
    let businessDate: DateOnly
  }

  /// The match that is under way, locked; of several the latest.
  private func find(
    _ request: String, _ bank: String, _ connection: Connection
  ) async throws -> Match {
    let locked = try await connection.query("SELECT finance.lock_match(\(request), \(bank))")
      .only(Int?.self)
    let matches = try await connection.query(
      """
      SELECT m.offer_id AS offer, m.bank, m.state, m.state_on AS "stateOn",
        o.state AS "offerState", m.amount_wan AS "amountWan", q.max_rate_pct AS "maxRatePct",
        q.term_months AS months, r.business_date AS "businessDate"
      FROM finance.match m
      JOIN registry.finance_requests q ON q.number = m.request
      JOIN allocation.offer o USING (offer_id)
      JOIN allocation.round r USING (round_id)
      WHERE m.offer_id = \(locked) AND m.bank = \(bank)
      """
    ).records(as: Match.self)
    guard let match = matches.first else {
      throw MatchError.notFound(request: request, bank: bank)
    }
    return match
  }

  private func check(
    _ step: MatchStep, _ match: Match, _ date: DateOnly, _ connection: Connection
  ) async throws {
    let hasArrow = try await connection.query(
      """
      SELECT EXISTS (SELECT FROM finance.match_arrow
        WHERE from_state = \(match.state.rawValue) AND to_state = \(step.state.rawValue))
      """
    ).only(Bool.self)
    guard hasArrow else { throw MatchError.noArrow(from: match.state, to: step.state) }
    if step.needsWholeOffer, match.offerState != .accepted {
      throw MatchError.awaitsShare(bank: match.bank)
    }
    guard date >= match.stateOn else { throw MatchError.tooEarly(date, after: match.stateOn) }
    switch step {
    case .reduce(let wan) where !(1..<max(1, match.amountWan)).contains(wan):
      throw MatchError.amount(wan: wan, offeredWan: match.amountWan)
    case .sign(let rate) where rate <= 0 || rate > 100 || rate.mantissa(atScale: 2) == nil:
      throw MatchError.rate(rate)
    case .sign(let rate) where rate > match.maxRatePct:
      throw MatchError.aboveCeiling(rate, ceiling: match.maxRatePct)
    case .decline(let code, _):
      let known = try await connection.query(
        """
        SELECT code FROM allocation.answer_code
        WHERE mechanism = 'finance' AND code NOT IN (SELECT state FROM finance.match_state)
        ORDER BY code COLLATE "C"
        """
      ).decode(String.self)
      guard known.contains(code) else { throw MatchError.unknownCode(code, known: known) }
    default: break
    }
  }

  private func apply(
    _ step: MatchStep, _ match: Match, _ person: String, _ date: DateOnly, _ connection: Connection
  ) async throws {
    var change: SQL = """
      state = \(step.state.rawValue), state_on = \(date), answered_by = \(person),
      note = \(step.note)
      """
    switch step {
    case .acknowledge:
      let due = try await decisionDeadline(after: date, match, connection)
      change = "\(change), due_on = \(due.day), due_is_provisional = \(due.isProvisional)"
    case .approve: change = "\(change), approved_wan = amount_wan"
    case .reduce(let wan): change = "\(change), approved_wan = \(wan)"
    case .decline(let code, _): change = "\(change), decline_code = \(code)"
    case .sign(let rate):
      change = "\(change), \(try await signing(rate, match, date, connection))"
    case .beginDueDiligence, .draw, .repay, .abandon, .withdraw: break
    }
    try await connection.execute(
      """
      UPDATE finance.match SET \(change) WHERE offer_id = \(match.offer) AND bank = \(match.bank)
      """)
  }

  /// The bank decides within the policy's working days after it has acknowledged.
  private func decisionDeadline(
    after date: DateOnly, _ match: Match, _ connection: Connection
  ) async throws -> Deadline {
    let policy = try await Policy.inForce(on: match.businessDate, from: connection)
    let calendar = try await WorkingCalendar.load(from: connection)
    let days = try policy.count("finance.clock.decision")
    let day = try calendar.workingDay(days, after: date)
    return Deadline(day: day, isProvisional: calendar.isProvisional(day))
  }

  /// The signed rate, also as the prime rate of the day plus basis points: both stay as they are.
  private func signing(
    _ rate: Numeric, _ match: Match, _ date: DateOnly, _ connection: Connection
  ) async throws -> SQL {
    let policy = try await Policy.inForce(on: match.businessDate, from: connection)
    let isLong = match.months > (try policy.count("finance.limit.long_term"))
    let rates = try await connection.query(
      """
      SELECT published_on, CASE WHEN \(isLong) THEN five_year_pct ELSE one_year_pct END
      FROM reference.lpr WHERE published_on <= \(date) ORDER BY published_on DESC LIMIT 1
      """
    ).decode(DateOnly.self, Numeric.self)
    guard let (published, base) = rates.first else { return "signed_rate_pct = \(rate)" }
    return """
      signed_rate_pct = \(rate), signed_lpr_on = \(published), signed_lpr_pct = \(base),
      signed_basis_points = ((\(rate)::numeric - \(base)::numeric) * 100)::integer
      """
  }
}
