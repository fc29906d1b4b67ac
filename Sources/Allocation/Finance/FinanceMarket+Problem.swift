import Postgres

extension FinanceMarket {
  /// A request with its options, and the rules that keep it from the others.
  func problemRequest(_ request: FinanceRequest) throws -> RoundProblem.Request {
    var options: [RoundProblem.Option] = []
    var refusals: [RoundProblem.Refusal] = []
    if let banks = banks(for: request) {
      for bank in banks {
        let judged = try judge(request, bank)
        options += judged.options
        refusals += judged.refusals
      }
      options += try sharedOptions(request)
    } else {
      refusals = [
        .init(
          rule: FinanceRule.chainBanks.rawValue, resource: request.chain ?? "", needed: "2",
          found: "0")
      ]
    }
    return RoundProblem.Request(
      number: request.number, uscc: request.uscc, enterprise: request.enterprise,
      options: options, refusals: refusals)
  }

  /// The options of a request at one bank, and every rule that the bank as a whole or one of its
  /// products fails.
  private func judge(
    _ request: FinanceRequest, _ bank: Bank
  ) throws -> (options: [RoundProblem.Option], refusals: [RoundProblem.Refusal]) {
    let bankFailures = failures(request, at: bank)
    var eligible: [LoanProduct] = []
    var refusals = bankFailures.map { refusal($0, bank.code, found: $0.found) }
    for product in products(of: bank) {
      let failures = product.failures(for: request)
      refusals += failures.map { refusal($0, bank.code, found: "\(product.code)：\($0.found)") }
      if failures.isEmpty { eligible.append(product) }
    }
    guard bankFailures.isEmpty else { return ([], refusals) }
    return (try eligible.map { option(request, $0, points: try points(request, $0)) }, refusals)
  }

  private func refusal(
    _ failure: FinanceFailure, _ bank: String, found: String
  ) -> RoundProblem.Refusal {
    RoundProblem.Refusal(
      rule: failure.rule.rawValue, resource: bank, needed: failure.needed, found: found)
  }

  /// The option that a product is: what it costs the enterprise, and what it takes of the bank.
  func option(
    _ request: FinanceRequest, _ product: LoanProduct, points: Int64
  ) -> RoundProblem.Option {
    var uses: [RoundProblem.Use] = []
    let added = request.amountWan - replaced(request, at: product.bank)
    if needsClientRow(request), added > 0 {
      uses.append(.init(row: "client:\(product.bank)/\(request.uscc)", amount: added))
    }
    if request.size.isInclusive, missesFloor(product.bank) {
      uses.append(.init(row: "inclusive:\(product.bank)", amount: request.amountWan))
    }
    uses.append(.init(row: "credit_line:\(product.bank)", amount: request.amountWan))
    return RoundProblem.Option(
      resource: product.bank, detail: detail(request, product),
      amount: Numeric(request.amountWan), unit: "wan", score: points, uses: uses)
  }

  /// The product and its rate, also as the published prime rate plus basis points.
  private func detail(_ request: FinanceRequest, _ product: LoanProduct) -> [String: String] {
    var detail = [
      "product": product.code, "rate_pct": "\(product.ratePct)", "months": "\(request.termMonths)",
    ]
    if let lpr = lpr(months: request.termMonths), let date = snapshot.lpr?.publishedOn,
      let rate = product.ratePct.mantissa(atScale: 2), let base = lpr.mantissa(atScale: 2)
    {
      detail["lpr_on"] = "\(date)"
      detail["lpr_pct"] = "\(lpr)"
      detail["basis_points"] = "\(rate - base)"
    }
    return detail
  }

  /// A row a credit line, one an inclusive floor that is not met yet, and one a client and bank where
  /// an enterprise has several open requests.
  func rows(penalty: Int64) -> [RoundProblem.Row] {
    var rows: [RoundProblem.Row] = []
    for bank in snapshot.banks {
      let free = max(0, bank.line?.freeWan ?? 0)
      let missing = bank.line?.inclusiveMissingWan ?? 0
      rows.append(
        .init(
          kind: "credit_line", resource: bank.code, unit: "wan", upper: free, lot: bank.line?.lot))
      guard missing > 0 else { continue }
      // What is missing may exceed what is left: then the shortfall is certain, and counted.
      rows.append(
        .init(
          kind: "inclusive", resource: bank.code, unit: "wan", lower: missing,
          upper: max(free, missing), penalty: penalty))
    }
    return rows + clientRows
  }

  private var clientRows: [RoundProblem.Row] {
    var rows: [String: RoundProblem.Row] = [:]
    for request in snapshot.requests where needsClientRow(request) {
      for bank in banks(for: request) ?? [] {
        let row = RoundProblem.Row(
          kind: "client", resource: "\(bank.code)/\(request.uscc)", unit: "wan",
          upper: max(0, bank.clientLimitWan - owed(request, to: bank.code)))
        rows[row.name] = row
      }
    }
    return Array(rows.values)
  }
}
