extension CapForest {
  /// Checks the path of a hospital after a contract came or went: every node within its limit, and
  /// holding what a recount finds in small markets; does nothing in release builds.
  @inline(__always)
  func checkInvariants(from hospital: Int32, _ market: borrowing StableMarket) {
    assert(isWithinLimits(from: hospital), "a quota or cap is exceeded")
    assert(contracts.count > 64 || hasSoundCounts(market), "counts differ from a recount")
  }

  /// Checks the path of a hospital after a resident came: every node within its limit; does nothing in
  /// release builds.
  @inline(__always)
  func checkLimits(from hospital: Int32) {
    assert(isWithinLimits(from: hospital), "a quota or cap is exceeded")
  }

  private func isWithinLimits(from hospital: Int32) -> Bool {
    var node = hospital
    while node >= 0 {
      guard 0...limit[node] ~= count[node] else { return false }
      node = parent[node]
    }
    return true
  }

  private func hasSoundCounts(_ market: borrowing StableMarket) -> Bool {
    var recount = [Int32](repeating: 0, count: count.count)
    for place in 0..<contracts.count where isHeld[contracts[place]] {
      var node = market.hospital[contracts[place]]
      while node >= 0 {
        recount[Int(node)] += 1
        node = parent[node]
      }
    }
    return recount == count.array
  }
}
