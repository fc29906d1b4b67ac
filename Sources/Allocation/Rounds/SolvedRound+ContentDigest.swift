import Matching
import Postgres

extension SolvedRound {
  /// SHA-256 of what the round stores, one line a fact. `allocation.content_digest()` writes the
  /// same lines from the stored rows; docs/decisions/0004 gives the form.
  var contentDigest: String {
    var lines: [String] = []
    let rowPrices = solution.certificate.rowPrices
    let requestPrices = solution.certificate.requestPrices
    for (number, row) in problem.rows.enumerated() {
      lines.append(
        "row \(number) \(row.name) \(row.lower) \(row.upper) \(row.penalty) "
          + Self.text(rowPrices[number]))
    }
    for (number, request) in problem.requests.enumerated() {
      let lottery = Lottery.text(Lottery.number(seed: seed, subject: request.number))
      lines.append(
        "request \(number) \(request.number) \(lottery) \(Self.text(requestPrices?[number])) "
          + Self.text(solution.choices[number] < 0 ? nil : Int64(solution.choices[number])))
    }
    lines += optionLines + useLines
    return sha256Hex(Array(lines.joined(separator: "\n").utf8))
  }

  private var optionLines: [String] {
    problem.requests.enumerated().flatMap { number, request in
      request.options.enumerated().map { index, option in
        "option \(number) \(index) \(option.resource) \(option.amount.reduced) \(option.unit) "
          + "\(option.score)"
      }
    }
  }

  private var useLines: [String] {
    let numbers = rowNumbers
    return problem.requests.enumerated().flatMap { number, request in
      request.options.enumerated().flatMap { index, option in
        option.uses.map { (row: numbers[$0.row] ?? -1, amount: $0.amount) }
          .sorted { $0.row < $1.row }
          .map { "use \(number) \(index) \($0.row) \($0.amount)" }
      }
    }
  }

  /// The number of each row, by name.
  var rowNumbers: [String: Int] {
    Dictionary(
      problem.rows.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }

  private static func text(_ value: Int64?) -> String { value.map(String.init) ?? "-" }
}

extension Certificate {
  /// The price of each request, where this form of certificate has them.
  var requestPrices: [Int64]? {
    switch self {
    case .price: nil
    case .knapsack(_, _, let prices): prices
    }
  }

  /// The word under which the form is stored.
  var form: String {
    switch self {
    case .price: "price"
    case .knapsack: "knapsack"
    }
  }
}
