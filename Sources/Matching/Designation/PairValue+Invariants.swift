extension PairValue {
  /// Checks a group whose pair was just changed: two different resources, both of which have it as
  /// a guest once; does nothing in release builds.
  @inline(__always)
  func checkInvariants(_ group: Int) {
    assert(low[group] != high[group], "a group has two different resources")
    assert(isGuest(group, at: low[group]) && isGuest(group, at: high[group]), "guests and pairs")
  }

  private func isGuest(_ group: Int, at resource: Int32) -> Bool {
    guard 0...places ~= Int(load[resource]) else { return false }
    let first = Int(resource) * places
    return (first..<first + Int(load[resource])).count { guests[$0] == Int32(group) } == 1
  }

  /// Checks everything against a recount, up to what single-precision sums may differ.
  func checkInvariants(_ tables: borrowing DesignationTables) {
    #if DEBUG
      var (guestCount, total) = (0, 0.0)
      for resource in 0..<load.count {
        assert(prices[resource] >= 0, "a price below 0")
        guestCount += Int(load[resource])
        total += Double(prices[resource]) * Double(tables.capacities[resource])
      }
      for group in 0..<tables.groups {
        checkInvariants(group)
        total += Double(worth(of: group, tables))
      }
      assert(guestCount == 2 * tables.groups, "guests without a pair")
      assert(abs(total - value) <= 1e-3 * (1 + abs(total)), "the value differs from a recount")
    #endif
  }
}
