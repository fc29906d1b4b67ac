/// A difference of two rounds, as one JSON object: amounts are decimals in the unit beside them.
public struct DifferenceReport: Encodable, Sendable {
  struct Award: Encodable, Sendable {
    let resource: String
    /// What goes with the resource, where something does: the institution post with a host post.
    let companion: String?
    let amount: String
    let unit: String
    let score: Int64
  }

  struct Turn: Encodable, Sendable {
    let request: String
    let enterprise: String
    let before: Award?
    let after: Award?
  }

  struct Side: Encodable, Sendable {
    let objective: Int64
    let bound: Int64
    let gap: Int64
    let status: String
    let served: Int
  }

  struct RowSide: Encodable, Sendable {
    let upper: String
    let used: String
    /// Points for one of the unit; none for a row that the certificate packs exactly.
    let price: String?
  }

  struct Row: Encodable, Sendable {
    let row: String
    let unit: String
    let before: RowSide?
    let after: RowSide?
  }

  let before: Side
  let after: Side
  let gains: [Turn]
  let losses: [Turn]
  let moves: [Turn]
  let rows: [Row]
}

extension DifferenceReport {
  public init(_ difference: Difference) {
    self.init(
      before: Side(difference.before), after: Side(difference.after),
      gains: difference.gains.map(Turn.init), losses: difference.losses.map(Turn.init),
      moves: difference.moves.map(Turn.init), rows: difference.rows.compactMap(Row.init))
  }
}

extension DifferenceReport.Side {
  fileprivate init(_ result: RoundResult) {
    self.init(
      objective: result.objective, bound: result.bound, gap: result.bound - result.objective,
      status: result.status, served: result.awards.count)
  }
}

extension DifferenceReport.Award {
  init(_ award: RoundResult.Award) {
    self.init(
      resource: award.resource, companion: award.companion, amount: "\(award.amount)",
      unit: award.unit, score: award.score)
  }
}

extension DifferenceReport.Turn {
  init(_ turn: Difference.Turn) {
    self.init(
      request: turn.request, enterprise: turn.enterprise,
      before: turn.before.map(DifferenceReport.Award.init),
      after: turn.after.map(DifferenceReport.Award.init))
  }
}

extension DifferenceReport.Row {
  fileprivate init?(_ turn: Difference.RowTurn) {
    guard let any = turn.any else { return nil }
    func side(_ row: RoundResult.Row) -> DifferenceReport.RowSide {
      .init(
        upper: "\(row.unit.amount(row.upper))", used: "\(row.unit.amount(row.used))",
        price: row.price.map { "\(row.unit.price($0))" })
    }
    self.init(
      row: turn.name, unit: any.unit.name, before: turn.before.map(side),
      after: turn.after.map(side))
  }
}
