import Matching

/// A round's problem in the engine's numbers: rows by index, lottery numbers drawn. One that is
/// changed a little need not be encoded anew.
struct EncodedRound: Sendable {
  fileprivate struct Option {
    let score: Int64
    let uses: [Problem.Use]
  }

  private let rowNumbers: [String: Int]
  private var rows: [(row: RoundProblem.Row, lottery: UInt64)]
  private let requests: [(number: String, lottery: UInt64)]
  private var options: [[Option]]

  /// - Parameter seed: of the lottery.
  /// - Throws: ``RoundError/unknownRow(request:row:)``.
  /// - Complexity: linear in the uses.
  init(_ round: RoundProblem, seed: String) throws {
    let rowNumbers = Dictionary(
      round.rows.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    rows = round.rows.map { ($0, Lottery.number(seed: seed, subject: $0.name)) }
    requests = round.requests.map {
      ($0.number, Lottery.number(seed: seed, subject: $0.number))
    }
    options = try round.requests.map { request in
      try request.options.map { try Option($0, of: request.number, rowNumbers) }
    }
    self.rowNumbers = rowNumbers
  }

  /// Gives a request other options.
  ///
  /// - Throws: ``RoundError/unknownRow(request:row:)``.
  mutating func replace(optionsOf request: Int, with new: [RoundProblem.Option]) throws {
    options[request] = try new.map { try Option($0, of: requests[request].number, rowNumbers) }
  }

  /// Gives a row more capacity.
  mutating func widen(_ row: String, by amount: Int64) {
    guard let number = rowNumbers[row] else { return }
    rows[number].row = rows[number].row.with(more: amount)
  }

  /// The problem in the engine's form. Requests, rows and options keep their order.
  ///
  /// - Throws: `ProblemError` for what the engine refuses.
  func problem() throws -> Problem {
    var builder = Problem.Builder()
    for (row, lottery) in rows {
      builder.addRow(lower: row.lower, upper: row.upper, penalty: row.penalty, lottery: lottery)
    }
    for (request, options) in zip(requests, options) {
      builder.addRequest(lottery: request.lottery)
      for option in options { try builder.addOption(score: option.score, uses: option.uses) }
    }
    return try builder.build()
  }
}

extension EncodedRound.Option {
  fileprivate init(
    _ option: RoundProblem.Option, of request: String, _ rowNumbers: [String: Int]
  ) throws {
    score = option.score
    uses = try option.uses.map { use in
      guard let row = rowNumbers[use.row] else {
        throw RoundError.unknownRow(request: request, row: use.row)
      }
      return Problem.Use(row: row, amount: use.amount)
    }
  }
}

extension RoundProblem.Row {
  fileprivate func with(more amount: Int64) -> RoundProblem.Row {
    RoundProblem.Row(
      kind: kind, resource: resource, unit: unit, lower: lower,
      upper: upper.addingReportingOverflow(amount).partialValue, penalty: penalty, lots: lots,
      places: places)
  }
}
