extension Problem {
  /// Serves requests that have nothing with what is still free, each in turn by its best option: what
  /// an algorithm does that has to end before it is done.
  ///
  /// - Parameter chosen: for each request an option over all options, or −1; feasible.
  /// - Complexity: linear in the uses.
  func fill(_ chosen: inout [Int32]) {
    var used = [Int64](repeating: 0, count: rowCount)
    for option in chosen where option >= 0 {
      for use in useRange(of: Int(option)) { used[Int(useRows[use])] += amount(ofUse: use) }
    }
    for request in 0..<requestCount where chosen[request] < 0 {
      var best: (gain: Int64, option: Int)?
      for option in options(of: request) where fits(option, used) {
        let gain = gain(option, used)
        if gain > (best?.gain ?? 0) { best = (gain, option) }
      }
      guard let option = best?.option else { continue }
      chosen[request] = Int32(option)
      for use in useRange(of: option) { used[Int(useRows[use])] += amount(ofUse: use) }
    }
  }

  private func fits(_ option: Int, _ used: [Int64]) -> Bool {
    useRange(of: option).allSatisfy {
      amount(ofUse: $0) <= rows[Int(useRows[$0])].upper - used[Int(useRows[$0])]
    }
  }

  /// The option's score and the penalties of shortfalls that it makes good.
  private func gain(_ option: Int, _ used: [Int64]) -> Int64 {
    useRange(of: option).reduce(scores[option]) { gain, use in
      let row = Int(useRows[use])
      let missing = max(0, rows[row].lower - used[row])
      return gain + rows[row].effectivePenalty * min(missing, amount(ofUse: use))
    }
  }
}
