/// One group takes another resource.
struct PairMove {
  var group: Int
  var old: Int
  var new: Int
  /// The group that takes `old` in the place of `new`; −1 for none.
  var partner: Int
}

/// For each group the resources that fit it best at the bound's prices: the only ones that searches
/// try.
struct PairCandidates {
  private let resources: [[Int32]]
  private let limits: [Int32]
  /// Places laid out for each resource.
  private let places: Int

  private static let choices = 24

  /// - Complexity: O(members · resources²), once.
  init(_ tables: borrowing DesignationTables, _ descent: borrowing PriceDescent) {
    limits = tables.limits
    places = min(tables.limit, tables.groups)
    let room = Buffer<Int32>(repeating: 1, count: tables.resources)
    var result: [[Int32]] = []
    for group in 0..<tables.groups {
      let worths = descent.pricing.bestWith(group, tables, descent.center, room)
      let order = worths.indices.sorted { (worths[$1], $0) < (worths[$0], $1) }
      result.append(order.prefix(PairCandidates.choices).map { Int32($0) })
    }
    resources = result
  }

  /// A random move that keeps every group at two different resources and every resource within its
  /// limit; `nil` where the draw gives none.
  @inline(__always)
  func draw(
    _ low: borrowing Buffer<Int32>, _ high: borrowing Buffer<Int32>,
    _ load: borrowing Buffer<Int32>, _ guests: borrowing Buffer<Int32>,
    _ random: inout SeededRandom
  ) -> PairMove? {
    let group = random.below(resources.count)
    let old = random.next() & 1 == 0 ? low[group] : high[group]
    let new = resources[group][random.below(resources[group].count)]
    guard new != low[group], new != high[group] else { return nil }
    var partner: Int32 = -1
    if load[new] == min(limits[Int(new)], Int32(places)) || random.next() & 1 == 0 {
      guard load[new] > 0 else { return nil }
      partner = guests[Int(new) * places + random.below(Int(load[new]))]
      guard low[partner] != old, high[partner] != old else { return nil }
    }
    return PairMove(group: group, old: Int(old), new: Int(new), partner: Int(partner))
  }
}
