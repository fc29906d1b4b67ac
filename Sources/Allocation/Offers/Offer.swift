public import Postgres

/// A round's choice put before people.
public struct Offer: Sendable {
  public let request: String
  public let uscc: String
  public let option: RoundProblem.Option
  /// The department that has to answer, by code; `nil` for the office itself.
  public let department: String?
  /// The last day for an answer.
  public let dueOn: DateOnly
  /// Whether the notice of that day's year is still to come.
  public let dueIsProvisional: Bool
}

extension Offer {
  /// The offers of a round: one a served request, due a number of working days later.
  ///
  /// - Throws: ``PolicyError`` if the policy has no clock for the mechanism; ``CalendarError``.
  static func offers<M: Mechanism>(
    of round: SolvedRound, by mechanism: M.Type, policy: Policy, calendar: WorkingCalendar
  ) throws -> [Offer] {
    let days = try policy.count("\(M.name.rawValue).clock.answer")
    let due = try calendar.workingDay(days, after: round.scope.businessDate)
    return round.problem.requests.enumerated().compactMap { number, request in
      round.choice(number).map { option in
        Offer(
          request: request.number, uscc: request.uscc, option: option,
          department: M.department(of: option), dueOn: due,
          dueIsProvisional: calendar.isProvisional(due))
      }
    }
  }
}
