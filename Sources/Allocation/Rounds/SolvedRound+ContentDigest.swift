import Matching
import Postgres

extension SolvedRound {
  /// SHA-256 of what the round stores: of canonical text with a line a row and a line a request, the
  /// latter with the digest of what belongs to the request. `allocation.content_digest()` writes the
  /// same lines from the stored rows; docs/decisions/0004 gives the form.
  var contentDigest: String {
    var text = CanonicalText()
    text.append(
      "round",
      [
        scope.mechanism.rawValue, scope.jurisdiction, "\(scope.businessDate)", "\(policyVersion)",
        seed, inputDigest, solution.certificate.form, "\(solution.certificate.scale)",
      ])
    text.append("outcome", [solution.status.rawValue, solution.algorithm])
    appendRows(to: &text)
    appendRequests(to: &text)
    for matching in matchings.sorted(byText: \.name.rawValue) {
      text.append("matching", [matching.name.rawValue] + matching.choices.map(String.init))
    }
    return text.digest
  }

  private func appendRows(to text: inout CanonicalText) {
    let prices = solution.certificate.rowPrices
    for (number, row) in problem.rows.enumerated() {
      text.append(
        "row",
        [
          "\(number)", row.name, row.kind, row.resource, row.unit, "\(row.lower)", "\(row.upper)",
          "\(row.penalty)", Self.text(prices[number]),
        ])
    }
  }

  private func appendRequests(to text: inout CanonicalText) {
    let prices = solution.certificate.requestPrices
    let rows = rowNumbers
    let unserved = Dictionary(
      unserved.map { ($0.request, $0) }, uniquingKeysWith: { first, _ in first })
    for (number, request) in problem.requests.enumerated() {
      let choice = solution.choices[number]
      text.append(
        "request",
        [
          "\(number)", request.number, request.uscc, request.enterprise,
          Lottery.text(Lottery.number(seed: seed, subject: request.number)),
          Self.text(prices?[number]), Self.text(choice < 0 ? nil : Int64(choice)),
          Self.digest(of: request, unserved[number], rows),
        ])
    }
  }

  /// The digest of what belongs to one request.
  private static func digest(
    of request: RoundProblem.Request, _ unserved: Unserved?, _ rows: [String: Int]
  ) -> String {
    var text = CanonicalText()
    for (index, option) in request.options.enumerated() {
      text.append(
        "option",
        [
          "\(index)", option.resource, "\(option.amount.reduced)", option.unit, "\(option.score)",
          option.detailText,
        ])
    }
    for (index, option) in request.options.enumerated() {
      let uses = option.uses.map { (row: rows[$0.row] ?? -1, amount: $0.amount) }
      for use in uses.sorted(by: { $0.row < $1.row }) {
        text.append("use", ["\(index)", "\(use.row)", "\(use.amount)"])
      }
    }
    for failed in request.failures.sorted(byText: \.rule) {
      text.append("refusal", [failed.rule, failed.needed] + failed.resources + failed.found)
    }
    if let unserved {
      text.append(
        "unserved",
        [
          unserved.reason.rawValue, Self.text(unserved.row.flatMap { rows[$0] }.map { Int64($0) }),
          unserved.smallestChange.json, unserved.explanation[.chinese] ?? "",
          unserved.explanation[.english] ?? "",
        ])
    }
    for (index, option) in request.options.enumerated()
    where option.ranks != RoundProblem.Ranks() {
      text.append(
        "rank",
        [
          "\(index)", Self.text(option.ranks.byRequest.map(Int64.init)),
          Self.text(option.ranks.byResource.map(Int64.init)),
        ])
    }
    return text.digest
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
