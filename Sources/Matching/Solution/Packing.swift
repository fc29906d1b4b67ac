/// Exact 0/1 packing, for recomputing certificates.
enum Packing {
  struct Item {
    let value: Int128
    let weight: Int64
  }

  /// The largest total value of items whose total weight fits.
  ///
  /// Keeps the list of undominated (weight, value) pairs of subsets, so that it is exact for any
  /// capacity and any values.
  ///
  /// - Parameter budget: pairs that may still be formed; what is formed is taken off.
  /// - Returns: `nil` where the budget did not last.
  /// - Complexity: O(items · undominated pairs); pairs are at most `capacity + 1`.
  /// - Source: G. L. Nemhauser, Z. Ullmann, "Discrete dynamic programming and capital allocation",
  ///   Management Science 15 (1969).
  static func bestValue(
    of items: [Item], within capacity: Int64, budget: inout Int
  ) -> Int128? {
    let useful = items.filter { $0.value > 0 && $0.weight <= capacity }
    let weight = useful.reduce(Int128(0)) { $0 + Int128($1.weight) }
    if weight <= Int128(capacity) { return useful.reduce(0) { $0 + $1.value } }
    var front = [Item(value: 0, weight: 0)]
    for item in useful {
      let shifted = front.lazy
        .filter { $0.weight <= capacity - item.weight }
        .map { Item(value: $0.value + item.value, weight: $0.weight + item.weight) }
      front = merge(front, Array(shifted))
      budget -= front.count
      guard budget >= 0 else { return nil }
    }
    return front.last?.value ?? 0
  }

  /// Merges two fronts (rising in weight and value) into one without dominated pairs.
  private static func merge(_ first: [Item], _ second: [Item]) -> [Item] {
    var result: [Item] = []
    result.reserveCapacity(first.count + second.count)
    var (i, j) = (0, 0)
    while i < first.count || j < second.count {
      let takesFirst = j == second.count || (i < first.count && precedes(first[i], second[j]))
      let next = takesFirst ? first[i] : second[j]
      if takesFirst { i += 1 } else { j += 1 }
      if let last = result.last, next.value <= last.value { continue }
      result.append(next)
    }
    return result
  }

  private static func precedes(_ a: Item, _ b: Item) -> Bool {
    a.weight != b.weight ? a.weight < b.weight : a.value >= b.value
  }
}
