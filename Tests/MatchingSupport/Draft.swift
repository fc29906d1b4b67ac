package import Matching

/// A problem as plain values, easy to make up, shuffle and read.
package struct Draft {
  package struct Row: Hashable {
    package var lower: Int64 = 0
    package var upper: Int64 = 1
    package var penalty: Int64 = 0
    package var lottery: UInt64 = 0

    package init(lower: Int64 = 0, upper: Int64 = 1, penalty: Int64 = 0, lottery: UInt64 = 0) {
      (self.lower, self.upper) = (lower, upper)
      (self.penalty, self.lottery) = (penalty, lottery)
    }
  }
  package struct Option: Hashable {
    package var score: Int64
    package var uses: [Problem.Use] = []

    package init(score: Int64, uses: [Problem.Use] = []) {
      (self.score, self.uses) = (score, uses)
    }
  }
  package struct Request: Hashable {
    package var lottery: UInt64 = 0
    package var options: [Option] = []

    package init(lottery: UInt64 = 0, options: [Option] = []) {
      (self.lottery, self.options) = (lottery, options)
    }
  }
  package var rows: [Row] = []
  package var requests: [Request] = []

  package init(rows: [Row] = [], requests: [Request] = []) {
    (self.rows, self.requests) = (rows, requests)
  }

  package func build() throws -> Problem {
    var builder = Problem.Builder()
    for row in rows {
      builder.addRow(
        lower: row.lower, upper: row.upper, penalty: row.penalty, lottery: row.lottery)
    }
    for request in requests {
      builder.addRequest(lottery: request.lottery)
      for option in request.options {
        try builder.addOption(score: option.score, uses: option.uses)
      }
    }
    return try builder.build()
  }
}

extension Draft.Option {
  package init(_ score: Int64, on rows: Int...) {
    self.init(score: score, uses: rows.map { Problem.Use(row: $0, amount: 1) })
  }
}

extension Draft {
  /// The same problem in another order, with the new place of each request, row and option.
  package struct Shuffle {
    package var draft: Draft
    package var requestPlace: [Int]
    package var rowPlace: [Int]
    /// For each original request the new place of each option inside it.
    package var optionPlace: [[Int]]
  }

  package func shuffled(using random: inout SplitMix) -> Shuffle {
    let rowOrder = rows.indices.shuffled(using: &random)
    let rowPlace = Draft.inverse(rowOrder)
    let requestOrder = requests.indices.shuffled(using: &random)
    var result = Draft(rows: rowOrder.map { rows[$0] })
    var optionPlace = [[Int]](repeating: [], count: requests.count)
    for index in requestOrder {
      let options = requests[index].options
      let order = options.indices.shuffled(using: &random)
      optionPlace[index] = Draft.inverse(order)
      let moved = order.map { old in
        let uses = options[old].uses.map { Problem.Use(row: rowPlace[$0.row], amount: $0.amount) }
        return Option(score: options[old].score, uses: uses.shuffled(using: &random))
      }
      result.requests.append(Request(lottery: requests[index].lottery, options: moved))
    }
    return Shuffle(
      draft: result, requestPlace: Draft.inverse(requestOrder), rowPlace: rowPlace,
      optionPlace: optionPlace)
  }

  private static func inverse(_ order: [Int]) -> [Int] {
    var place = [Int](repeating: 0, count: order.count)
    for (new, old) in order.enumerated() { place[old] = new }
    return place
  }
}
