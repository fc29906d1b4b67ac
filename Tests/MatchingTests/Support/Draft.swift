import Matching

/// A problem as plain values, easy to make up, shuffle and read.
struct Draft {
  struct Row: Hashable {
    var lower: Int64 = 0
    var upper: Int64 = 1
    var penalty: Int64 = 0
    var lottery: UInt64 = 0
  }
  struct Option: Hashable {
    var score: Int64
    var uses: [Problem.Use] = []
  }
  struct Request: Hashable {
    var lottery: UInt64 = 0
    var options: [Option] = []
  }
  var rows: [Row] = []
  var requests: [Request] = []

  func build() throws -> Problem {
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
  init(_ score: Int64, on rows: Int...) {
    self.init(score: score, uses: rows.map { Problem.Use(row: $0, amount: 1) })
  }
}

extension Draft {
  /// The same problem in another order, with the new place of each request, row and option.
  struct Shuffle {
    var draft: Draft
    var requestPlace: [Int]
    var rowPlace: [Int]
    /// For each original request the new place of each option inside it.
    var optionPlace: [[Int]]
  }

  func shuffled(using random: inout SplitMix) -> Shuffle {
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
