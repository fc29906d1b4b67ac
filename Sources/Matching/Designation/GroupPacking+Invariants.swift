extension GroupPacking {
  /// Checks what was read off the tables: it fits, and is worth what they say up to what
  /// single-precision sums may differ; does nothing in release builds.
  func checkInvariants(_ value: Float) {
    assert(takenGroups.count <= limit, "more groups than may be taken")
    assert(takenAmount <= capacity, "more units than there are")
    assert(abs(takenWorth - value) <= 1e-3 * (1 + abs(value)), "the way back lost its value")
  }

  private var takenItems: [Item] {
    let taken = Set(takenMembers)
    return items.filter { taken.contains($0.member) }
  }

  private var takenAmount: Int { takenItems.reduce(0) { $0 + $1.amount } }

  private var takenWorth: Float {
    let taken = Set(takenGroups)
    let worth = groups.reduce(Float(0)) { $0 + (taken.contains($1.group) ? $1.worth : 0) }
    return takenItems.reduce(worth) { $0 + $1.profit }
  }
}
