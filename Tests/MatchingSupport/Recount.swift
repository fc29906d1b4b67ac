package import Matching

/// Recomputes what the engine claims from the draft alone, sharing no code with it.
package enum Recount {
  package static func objective(_ draft: Draft, _ choices: [Int32]) -> Int64? {
    var used = [Int64](repeating: 0, count: draft.rows.count)
    var total: Int64 = 0
    for (request, choice) in zip(draft.requests, choices) where choice >= 0 {
      guard request.options.indices.contains(Int(choice)) else { return nil }
      let option = request.options[Int(choice)]
      total += option.score
      for use in option.uses { used[use.row] += use.amount }
    }
    for (row, amount) in zip(draft.rows, used) {
      if amount > row.upper { return nil }
      total -= row.penalty * max(0, row.lower - amount)
    }
    return total
  }

  /// The bound that a certificate proves, rounded down, or `nil` where a price is not admissible.
  package static func bound(_ draft: Draft, _ certificate: Certificate) -> Int64? {
    let scale = certificate.scale
    let prices = certificate.rowPrices
    guard scale > 0, prices.count == draft.rows.count else { return nil }
    var total: Int64 = 0
    for (row, price) in zip(draft.rows, prices) {
      guard let price else { continue }
      if price < (row.lower > 0 ? -row.penalty * scale : 0) { return nil }
      total += price >= 0 ? price * row.upper : price * row.lower
    }
    switch certificate {
    case .price: total += margins(draft, prices, scale)
    case .knapsack(_, _, let own):
      guard let packed = packings(draft, prices, own, scale) else { return nil }
      total += packed
    }
    return total >= 0 ? total / scale : -((-total + scale - 1) / scale)
  }

  private static func margins(_ draft: Draft, _ prices: [Int64?], _ scale: Int64) -> Int64 {
    draft.requests.reduce(0) { sum, request in
      sum + request.options.reduce(0) { max($0, reduced($1, prices, scale)) }
    }
  }

  private static func reduced(
    _ option: Draft.Option, _ prices: [Int64?], _ scale: Int64
  ) -> Int64 {
    option.uses.reduce(option.score * scale) { $0 - (prices[$1.row] ?? 0) * $1.amount }
  }

  private static func packings(
    _ draft: Draft, _ prices: [Int64?], _ own: [Int64], _ scale: Int64
  ) -> Int64? {
    guard own.count == draft.requests.count, own.allSatisfy({ $0 >= 0 }) else { return nil }
    var total = own.reduce(0, +)
    var items: [Int: [(value: Int64, weight: Int64)]] = [:]
    for (request, price) in zip(draft.requests, own) {
      for option in request.options {
        let value = reduced(option, prices, scale) - price
        let kept = option.uses.filter { prices[$0.row] == nil }
        guard kept.count <= 1 else { return nil }
        guard let use = kept.first else {
          total += max(0, value)
          continue
        }
        if value > 0 { items[use.row, default: []].append((value, use.amount)) }
      }
    }
    for (row, own) in items {
      guard draft.rows[row].lower == 0 else { return nil }
      total += bestPacking(own[...], draft.rows[row].upper)
    }
    return total
  }

  /// Every packing, tried one by one.
  private static func bestPacking(
    _ items: ArraySlice<(value: Int64, weight: Int64)>, _ room: Int64
  ) -> Int64 {
    guard let first = items.first else { return 0 }
    let without = bestPacking(items.dropFirst(), room)
    guard first.weight <= room else { return without }
    return max(without, first.value + bestPacking(items.dropFirst(), room - first.weight))
  }
}
