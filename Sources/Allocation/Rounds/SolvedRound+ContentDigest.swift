import Matching
import Postgres

extension SolvedRound {
  /// SHA-256 of what the round stores, one fact a line of canonical text.
  /// `allocation.content_digest()` writes the same lines from the stored rows;
  /// docs/decisions/0004 gives the form.
  var contentDigest: String {
    let ranks = filedRanks
    guard !ranks.isEmpty || !matchings.isEmpty else { return commonDigest }
    var text = CanonicalText()
    text.append("common", [commonDigest])
    appendRanks(ranks, to: &text)
    appendMatchings(to: &text)
    return text.digest
  }

  /// The digest of what rounds of every mechanism store.
  private var commonDigest: String {
    var text = CanonicalText()
    text.append(
      "round",
      [
        scope.mechanism.rawValue, scope.jurisdiction, "\(scope.businessDate)", "\(policyVersion)",
        seed, inputDigest, solution.certificate.form, "\(solution.certificate.scale)",
      ])
    appendRows(to: &text)
    appendRequests(to: &text)
    appendOptions(to: &text)
    appendUses(to: &text)
    appendRefusals(to: &text)
    appendUnserved(to: &text)
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
    for (number, request) in problem.requests.enumerated() {
      let choice = solution.choices[number]
      text.append(
        "request",
        [
          "\(number)", request.number, request.uscc, request.enterprise,
          Lottery.text(Lottery.number(seed: seed, subject: request.number)),
          Self.text(prices?[number]), Self.text(choice < 0 ? nil : Int64(choice)),
        ])
    }
  }

  private func appendOptions(to text: inout CanonicalText) {
    for (number, request) in problem.requests.enumerated() {
      for (index, option) in request.options.enumerated() {
        text.append(
          "option",
          [
            "\(number)", "\(index)", option.resource, "\(option.amount.reduced)", option.unit,
            "\(option.score)",
          ])
      }
    }
    for (number, request) in problem.requests.enumerated() {
      for (index, option) in request.options.enumerated() {
        for name in option.detail.keys.sorted(byText: { $0 }) {
          text.append("detail", ["\(number)", "\(index)", name, option.detail[name] ?? ""])
        }
      }
    }
  }

  private func appendUses(to text: inout CanonicalText) {
    let numbers = rowNumbers
    for (number, request) in problem.requests.enumerated() {
      for (index, option) in request.options.enumerated() {
        let uses = option.uses.map { (row: numbers[$0.row] ?? -1, amount: $0.amount) }
        for use in uses.sorted(by: { $0.row < $1.row }) {
          text.append("use", ["\(number)", "\(index)", "\(use.row)", "\(use.amount)"])
        }
      }
    }
  }

  private func appendRefusals(to text: inout CanonicalText) {
    for (number, request) in problem.requests.enumerated() {
      for (rule, refusals) in request.refusalsByRule {
        text.append(
          "refusal",
          ["\(number)", rule, refusals.first?.needed ?? ""] + refusals.map(\.resource)
            + refusals.map(\.found))
      }
    }
  }

  private func appendUnserved(to text: inout CanonicalText) {
    let numbers = rowNumbers
    for unserved in unserved {
      text.append(
        "unserved",
        [
          "\(unserved.request)", unserved.reason.rawValue,
          Self.text(unserved.row.flatMap { numbers[$0] }.map { Int64($0) }),
          unserved.smallestChange.json, unserved.explanation[.chinese] ?? "",
          unserved.explanation[.english] ?? "",
        ])
    }
  }

  private func appendRanks(_ ranks: [FiledRanks], to text: inout CanonicalText) {
    for filed in ranks {
      text.append(
        "rank",
        [
          "\(filed.request)", "\(filed.option)", Self.text(filed.ranks.byRequest.map(Int64.init)),
          Self.text(filed.ranks.byResource.map(Int64.init)),
        ])
    }
  }

  private func appendMatchings(to text: inout CanonicalText) {
    for matching in matchings.sorted(byText: \.name.rawValue) {
      text.append("matching", [matching.name.rawValue] + matching.choices.map(String.init))
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

extension RoundProblem.Request {
  /// The refusals of each rule, in order of the rule's code.
  var refusalsByRule: [(rule: String, refusals: [RoundProblem.Refusal])] {
    Dictionary(grouping: refusals, by: \.rule).sorted { $0.key < $1.key }
      .map { (rule: $0.key, refusals: $0.value) }
  }
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
