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

  /// The entries of a list in strict order: by tier, ties by the parties' lottery, equal numbers by
  /// index. Entries are absolute indices.
  ///
  /// - Parameter precedes: whether the first party goes before the second in a tie.
  func strictOrder(of list: Int, _ precedes: (Int32, Int32) -> Bool) -> [Int] {
    let range = range(of: list)
    var order = Array(range)
    var first = 0
    while first < order.count {
      var end = first + 1
      while end < order.count, tiers[order[end]] == tiers[order[first]] { end += 1 }
      if end - first > 1 {
        order[first..<end].sort { precedes(parties[$0], parties[$1]) }
      }
      first = end
    }
    return order
  }
}
