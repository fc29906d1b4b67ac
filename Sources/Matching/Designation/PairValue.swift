/// What a set of pairs is worth once its members are served fractionally, with the prices that
/// show it.
///
/// **Problem.** For fixed pairs, W(λ) = Σ pair scores + Σ_b λ_b·capacity_b + Σ_e max(0, V_eb, V_eb')
/// with V_eb = score_eb − λ_b·amount_e. Its minimum over λ ≥ 0 is the value of the linear relaxation
/// of serving the members, so that W(λ) is too high at any other prices.
///
/// **Method.** One price at a time is minimised exactly by bisection on the use that it leaves
/// (``settle(_:)``). Such a descent jams where members tie between two resources, well above the
/// minimum; a search that trusts it climbs the error. So ``refine(above:steps:)`` takes
/// subgradient steps on all prices until the value is surely below what was hoped for.
struct PairValue: ~Copyable {
  typealias Lanes = DesignationTables.Lanes

  let prices: Buffer<Float>
  /// The two resources of each group.
  let low: Buffer<Int32>
  let high: Buffer<Int32>
  /// Groups at each resource: the first `load[b]` of `limit` places.
  let load: Buffer<Int32>
  let guests: Buffer<Int32>
  /// What each group is worth at the prices: its pair scores and its members.
  let worth: Buffer<Float>
  /// W at the prices.
  var value = 0.0

  let inverse: Buffer<Lanes>
  let ratio: Buffer<Lanes>
  let weight: Buffer<Lanes>
  let slope: Buffer<Float>
  let average: Buffer<Float>
  let spare: Buffer<Float>
  /// Guests that one resource can have.
  let places: Int

  init(_ tables: borrowing DesignationTables) {
    places = min(tables.limit, tables.groups)
    prices = Buffer(repeating: 0, count: tables.resources)
    low = Buffer(repeating: -1, count: tables.groups)
    high = Buffer(repeating: -1, count: tables.groups)
    load = Buffer(repeating: 0, count: tables.resources)
    guests = Buffer(repeating: -1, count: tables.resources * places)
    worth = Buffer(repeating: 0, count: tables.groups)
    inverse = Buffer(repeating: .zero, count: tables.amounts.count)
    for block in 0..<tables.amounts.count {
      let amount = tables.amounts[block]
      inverse[block] = (1 / amount).replacing(with: 0, where: amount .<= 0)
    }
    ratio = Buffer(repeating: .zero, count: places * tables.widestGroup)
    weight = Buffer(repeating: .zero, count: places * tables.widestGroup)
    slope = Buffer(repeating: 0, count: tables.resources)
    average = Buffer(repeating: 0, count: tables.resources)
    spare = Buffer(repeating: 0, count: tables.resources)
  }

  /// Starts over from pairs, with the prices as they are.
  mutating func load(_ pairs: [ResourcePair], _ tables: borrowing DesignationTables) {
    for resource in 0..<load.count { load[resource] = 0 }
    for (group, pair) in pairs.enumerated() {
      low[group] = pair.low
      high[group] = pair.high
      admit(group, Int(pair.low))
      admit(group, Int(pair.high))
    }
    recount(tables)
  }

  /// The pairs as they are.
  var pairs: [ResourcePair] { (0..<low.count).map { ResourcePair(Int(low[$0]), Int(high[$0])) } }

  func admit(_ group: Int, _ resource: Int) {
    guests[resource * places + Int(load[resource])] = Int32(group)
    load[resource] += 1
  }

  func dismiss(_ group: Int, _ resource: Int) {
    let first = resource * places
    var place = first
    while guests[place] != Int32(group) { place += 1 }
    load[resource] -= 1
    // Keeps the order of the others, so that undoing a move restores it but for the last place.
    while place < first + Int(load[resource]) {
      guests[place] = guests[place + 1]
      place += 1
    }
  }

  /// Puts `new` in the place of `old` in a group's pair.
  func replace(_ group: Int, _ old: Int, by new: Int) {
    if low[group] == Int32(old) { low[group] = Int32(new) } else { high[group] = Int32(new) }
  }

  /// Recomputes ``worth`` and ``value`` from the prices.
  mutating func recount(_ tables: borrowing DesignationTables) {
    value = 0
    for resource in 0..<tables.resources {
      value += Double(prices[resource]) * Double(tables.capacities[resource])
    }
    for group in 0..<tables.groups {
      worth[group] = worth(of: group, tables)
      value += Double(worth[group])
    }
  }

  /// What a group is worth at the prices.
  func worth(of group: Int, _ tables: borrowing DesignationTables) -> Float {
    let (first, second) = (Int(low[group]), Int(high[group]))
    let firstPrice = Lanes(repeating: prices[first])
    let secondPrice = Lanes(repeating: prices[second])
    let firstScores = tables.scoreBlock(group, first)
    let secondScores = tables.scoreBlock(group, second)
    let amounts = tables.blockStart[group]
    var sum = Lanes.zero
    for block in 0..<tables.blockCount(group) {
      let amount = tables.amounts[amounts &+ block]
      let a = tables.scores[firstScores &+ block] - firstPrice * amount
      let b = tables.scores[secondScores &+ block] - secondPrice * amount
      sum += a.larger(b).larger(.zero)
    }
    return tables.pairScores[group * tables.resources + first]
      + tables.pairScores[group * tables.resources + second] + sum.laneSum
  }
}
