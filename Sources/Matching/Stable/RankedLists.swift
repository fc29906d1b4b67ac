/// Ranked lists in flat arrays.
struct RankedLists: Sendable {
  private(set) var start: [Int32] = [0]
  private(set) var parties: [Int32] = []
  private(set) var tiers: [Int32] = []

  /// The number of lists.
  var count: Int { start.count - 1 }

  func range(of list: Int) -> Range<Int> { Int(start[list])..<Int(start[list + 1]) }

  func entries(of list: Int) -> [StableProblem.Entry] {
    range(of: list).map { StableProblem.Entry(party: Int(parties[$0]), tier: Int(tiers[$0])) }
  }

  mutating func append(_ party: Int32, tier: Int32) {
    parties.append(party)
    tiers.append(tier)
  }

  mutating func closeList() { start.append(Int32(parties.count)) }

  /// Whether a list has no ties.
  func isStrict(_ list: Int) -> Bool {
    let range = range(of: list)
    guard range.count > 1 else { return true }
    for entry in range.dropLast() where tiers[entry] == tiers[entry + 1] { return false }
    return true
  }

  /// The entries of a list in strict order: by tier, ties by the parties' lottery, equal numbers by
  /// index. Entries are absolute indices.
  func strictOrder(of list: Int, lottery: [UInt64]) -> [Int] {
    range(of: list).sorted {
      (tiers[$0], lottery[Int(parties[$0])], parties[$0])
        < (tiers[$1], lottery[Int(parties[$1])], parties[$1])
    }
  }
}
