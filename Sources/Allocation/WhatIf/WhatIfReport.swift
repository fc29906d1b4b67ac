/// A what-if's answer, as one JSON object.
public struct WhatIfReport: Encodable, Sendable {
  struct Award: Encodable, Sendable {
    let resource: String
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

  struct Override: Encodable, Sendable {
    let change: Int
    let request: String
    let award: Award
    let cost: Int64
    let displaced: [Turn]
  }

  let mechanism: String
  let jurisdiction: String
  let date: String
  let roundID: Int?
  let before: Side
  let after: Side
  let gains: [Turn]
  let losses: [Turn]
  let moves: [Turn]
  let rows: [Row]
  let overrides: [Override]
  /// Points that more search alone adds to the stored round; on both sides, and no effect.
  let searchGain: Int64
}

extension WhatIfReport {
  public init(_ answer: LandWhatIf) {
    let (scope, difference) = (answer.base.scope, answer.difference)
    self.init(
      mechanism: scope.mechanism.rawValue, jurisdiction: scope.jurisdiction,
      date: "\(scope.businessDate)", roundID: answer.base.roundID,
      before: Side(difference.before), after: Side(difference.after),
      gains: difference.gains.map(Turn.init), losses: difference.losses.map(Turn.init),
      moves: difference.moves.map(Turn.init), rows: difference.rows.compactMap(Row.init),
      overrides: answer.overrides.map { override in
        Override(
          change: override.change, request: override.pin.request, award: Award(override.award),
          cost: override.cost,
          displaced: (override.difference.losses + override.difference.moves)
            .filter { $0.request != override.pin.request }.map(Turn.init))
      }, searchGain: answer.searchGain)
  }
}

extension WhatIfReport.Side {
  fileprivate init(_ result: RoundResult) {
    self.init(
      objective: result.objective, bound: result.bound, gap: result.bound - result.objective,
      status: result.status, served: result.awards.count)
  }
}

extension WhatIfReport.Award {
  fileprivate init(_ award: RoundResult.Award) {
    self.init(
      resource: award.resource, amount: "\(award.amount)", unit: award.unit, score: award.score)
  }
}

extension WhatIfReport.Turn {
  fileprivate init(_ turn: Difference.Turn) {
    self.init(
      request: turn.request, enterprise: turn.enterprise,
      before: turn.before.map(WhatIfReport.Award.init),
      after: turn.after.map(WhatIfReport.Award.init))
  }
}

extension WhatIfReport.Row {
  fileprivate init?(_ turn: Difference.RowTurn) {
    guard let any = turn.any else { return nil }
    func side(_ row: RoundResult.Row) -> WhatIfReport.RowSide {
      .init(
        upper: "\(row.unit.amount(row.upper))", used: "\(row.unit.amount(row.used))",
        price: row.price.map { "\(row.unit.price($0))" })
    }
    self.init(
      row: turn.name, unit: any.unit.name, before: turn.before.map(side),
      after: turn.after.map(side))
  }
}
