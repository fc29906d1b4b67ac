import Matching

/// Recomputes what the engine claims from the draft alone, sharing no code with it.
enum Recount {
  static func objective(_ draft: Draft, _ choices: [Int32]) -> Int64? {
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

  /// The price form's bound, or `nil` where a price is not admissible.
  static func bound(_ draft: Draft, _ certificate: Certificate) -> Int64? {
    guard case .price(let scale, let prices) = certificate, scale == 1 else { return nil }
    var total: Int64 = 0
    for (row, price) in zip(draft.rows, prices) {
      if price < (row.lower > 0 ? -row.penalty : 0) { return nil }
      total += price >= 0 ? price * row.upper : price * row.lower
    }
    for request in draft.requests {
      var best: Int64 = 0
      for option in request.options {
        let cost = option.uses.reduce(Int64(0)) { $0 + prices[$1.row] * $1.amount }
        best = max(best, option.score - cost)
      }
      total += best
    }
    return total
  }
}
