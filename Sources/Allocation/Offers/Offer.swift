import Postgres

/// A round's choice put before people.
public struct Offer: Sendable {
  public let request: String
  public let uscc: String
  public let option: RoundProblem.Option
  /// The department that has to answer, by code; `nil` for the office itself.
  public let department: String?
  public let deadline: Deadline
}

extension Offer {
  /// The offers of a round: one a served request.
  static func offers<M: Mechanism>(of round: SolvedRound, by mechanism: M.Type) -> [Offer] {
    round.problem.requests.enumerated().compactMap { number, request in
      round.choice(number).map { option in
        Offer(
          request: request.number, uscc: request.uscc, option: option,
          department: M.department(of: option), deadline: round.deadline)
      }
    }
  }
}
