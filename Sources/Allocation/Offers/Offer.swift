import Postgres

/// A round's choice put before people.
public struct Offer: Sendable {
  public let request: String
  /// The enterprise that is served: the one that asks, or a talent's host.
  public let uscc: String
  public let option: RoundProblem.Option
  /// The department that has to answer, by code; `nil` for the office itself.
  public let department: String?
  public let deadline: Deadline
  /// What the offer holds of the capacity ledger's lots.
  let holdings: [Holding]

  /// An amount of a lot, in the lot's unit.
  struct Holding: Hashable, Sendable {
    let lot: String
    let amount: Numeric
  }
}

extension Offer {
  /// The offers of a round: one a served request.
  static func offers<M: Mechanism>(of round: SolvedRound, by mechanism: M.Type) -> [Offer] {
    var drawing = LotDrawing(round.problem.rows)
    return round.problem.requests.enumerated().compactMap { number, request in
      round.choice(number).map { option in
        Offer(
          request: request.number, uscc: option.detail["uscc"] ?? request.uscc, option: option,
          department: M.department(of: option), deadline: round.deadline,
          holdings: drawing.holdings(of: option))
      }
    }
  }
}
