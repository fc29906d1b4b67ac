extension RoundVerifier {
  /// What is wrong with prices, bound and status. Both forms of design §4; in the knapsack form a row
  /// without a price is kept.
  func certificateFaults() -> [Fault] {
    guard ["price", "knapsack"].contains(round.header.certificate) else {
      return [Fault(what: "certificate", detail: "unknown form \(round.header.certificate)")]
    }
    let prices = round.rows.compactMap(rowPriceFault) + round.requests.compactMap(requestPriceFault)
    switch scaledBound() {
    case .success(let bound): return prices + boundFaults(bound)
    case .failure(let fault): return prices + [fault]
    }
  }

  private var hasKeptRows: Bool { round.header.certificate == "knapsack" }

  private func rowPriceFault(_ row: StoredRound.Row) -> Fault? {
    guard let price = row.price else {
      if !hasKeptRows { return Fault(what: "price_range", detail: "\(row.name) has no price") }
      guard row.lower != 0 else { return nil }
      return Fault(what: "kept_row", detail: "\(row.name) is kept, with lower bound \(row.lower)")
    }
    let least = row.lower == 0 ? 0 : -Int128(row.penalty) * Int128(round.header.scale)
    guard Int128(price) < least else { return nil }
    return Fault(what: "price_range", detail: "\(row.name): \(price) is below \(least)")
  }

  private func requestPriceFault(_ request: StoredRound.Request) -> Fault? {
    switch (hasKeptRows, request.price) {
    case (true, let price?) where price >= 0: nil
    case (false, nil): nil
    case (_, let price):
      Fault(
        what: "request_price", detail: "\(request.request): \(price.map(String.init) ?? "none")")
    }
  }

  private func boundFaults(_ scaled: Int128) -> [Fault] {
    let header = round.header
    let bound = Self.floor(scaled, over: Int128(header.scale))
    var faults: [Fault] = []
    if bound != Int128(header.bound) {
      faults.append(Fault(what: "bound", detail: "stored \(header.bound), is \(bound)"))
    }
    if bound < Int128(header.objective) {
      faults.append(
        Fault(what: "bound_below_objective", detail: "\(bound) < \(header.objective)"))
    }
    let gap = bound - Int128(header.objective)
    if let isRight = Self.gapFits(header.status, isZero: gap == 0), !isRight {
      faults.append(Fault(what: "status", detail: "\(header.status) with a gap of \(gap)"))
    }
    return faults
  }

  /// Whether a status says of the gap what is true; `nil` where it says nothing of it: a stable round's
  /// gap is what its rule costs.
  private static func gapFits(_ status: String, isZero: Bool) -> Bool? {
    switch status {
    case "optimal": isZero
    case "within", "time_limit": !isZero
    case "stable": nil
    default: false
    }
  }

  /// The bound of design §4, times the scale.
  private func scaledBound() -> Result<Int128, Fault> {
    let capacities = round.rows.reduce(Int128(0)) { sum, row in
      let price = Int128(row.price ?? 0)
      return sum + price * Int128(price >= 0 ? row.upper : row.lower)
    }
    guard hasKeptRows else { return .success(capacities + bestReducedScores) }
    let requests = round.requests.reduce(Int128(0)) { $0 + Int128($1.price ?? 0) }
    return packings().map { capacities + requests + $0 }
  }

  /// An option's score less the price of what it uses of priced rows, times the scale.
  private func reducedScore(
    _ option: StoredRound.Option, _ uses: [StoredRound.Use]
  ) -> Int128 {
    uses.reduce(Int128(option.score) * Int128(round.header.scale)) { sum, use in
      sum - Int128(rowByNumber[use.row]?.price ?? 0) * Int128(use.amount)
    }
  }

  private var bestReducedScores: Int128 {
    var best: [Int: Int128] = [:]
    for option in round.options {
      let uses = usesByOption[Key(request: option.request, option: option.option)] ?? []
      best[option.request] = max(best[option.request] ?? 0, reducedScore(option, uses))
    }
    return best.values.reduce(0, +)
  }

  /// The best packing of each kept row, and what options without a kept row earn.
  private func packings() -> Result<Int128, Fault> {
    let priceByRequest = Dictionary(
      round.requests.map { ($0.number, $0.price ?? 0) }, uniquingKeysWith: { first, _ in first })
    var items: [Int: [PackingRecount.Item]] = [:]
    var total: Int128 = 0
    for option in round.options {
      let uses = usesByOption[Key(request: option.request, option: option.option)] ?? []
      let value = reducedScore(option, uses) - Int128(priceByRequest[option.request] ?? 0)
      guard value > 0 else { continue }
      let kept = uses.filter { rowByNumber[$0.row].map { $0.price == nil } ?? false }
      guard kept.count <= 1 else {
        let name = "(\(option.request), \(option.option))"
        return .failure(Fault(what: "kept_row", detail: "\(name) uses \(kept.count) kept rows"))
      }
      guard let use = kept.first else {
        total += value
        continue
      }
      items[use.row, default: []].append(.init(value: value, weight: use.amount))
    }
    for row in round.rows {
      guard let best = PackingRecount.bestValue(of: items[row.number] ?? [], within: row.upper)
      else {
        return .failure(Fault(what: "packing", detail: "\(row.name) is too hard to recompute"))
      }
      total += best
    }
    return .success(total)
  }

  private static func floor(_ value: Int128, over scale: Int128) -> Int128 {
    guard scale > 0 else { return value }
    let quotient = value / scale
    return value % scale < 0 ? quotient - 1 : quotient
  }
}
