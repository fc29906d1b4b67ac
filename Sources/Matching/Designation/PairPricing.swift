/// The best pair of resources for a group at given prices.
///
/// **Problem.** For group g with members e and prices λ (capacity), μ (places), ν (pairs), maximise
/// over pairs {b, b'}
///
///     q_b + q_b' + Σ_e max(V_eb, V_eb')     q_b = pair_gb − μ_b + ν_gb·capacity_b
///                                           V_eb = max(0, score_eb − (λ_b + ν_gb)·amount_e)
///
/// **Method.** Every pair is enumerated, best hopes first: a pair's worth is at most both
/// (q_b + Σ V_b) + (q_b' + Σ V_b') and q_b + q_b' + Σ_e max_b V_eb. Resources are kept sorted by the
/// first hope, and the order carries over to the next call, where prices have moved little.
///
/// **Complexity.** O(resources² · members) at worst, four members an instruction.
struct PairPricing: ~Copyable {
  typealias Lanes = DesignationTables.Lanes

  /// The best pair of a group and what it is worth.
  struct Best {
    var pair: ResourcePair
    var worth: Float
  }

  /// V of the group at hand, resource by resource.
  private let margins: Buffer<Lanes>
  /// The sum over blocks of the largest V over resources.
  private let own: Buffer<Float>
  private let hope: Buffer<Float>
  private let largest: Buffer<Lanes>
  /// For each group its resources, best hope of the last call first.
  private let order: Buffer<Int32>

  init(_ tables: borrowing DesignationTables) {
    margins = Buffer(repeating: .zero, count: tables.resources * tables.widestGroup)
    own = Buffer(repeating: 0, count: tables.resources)
    hope = Buffer(repeating: 0, count: tables.resources)
    largest = Buffer(repeating: .zero, count: tables.widestGroup)
    order = Buffer(repeating: 0, count: tables.groups * tables.resources)
    for index in 0..<order.count { order[index] = Int32(index % tables.resources) }
  }

  /// The best pair of a group among the resources with `room`.
  ///
  /// - Precondition: at least two resources have room.
  func best(
    _ group: Int, _ tables: borrowing DesignationTables, _ prices: borrowing DesignationPrices,
    _ room: borrowing Buffer<Int32>
  ) -> Best {
    let ceiling = fill(group, tables, prices, room)
    return search(group, tables, ceiling)
  }

  /// The best pair of a group where having resource b is worth `own[b]` and each member adds the
  /// larger of its margins, given as lanes in the layout of the scores.
  func best(
    _ group: Int, _ tables: borrowing DesignationTables, own worths: (Int) -> Float,
    margins given: borrowing Buffer<Lanes>, from start: Int
  ) -> Best {
    let blocks = tables.blockCount(group)
    for block in 0..<blocks { largest[block] = .zero }
    for resource in 0..<tables.resources {
      let first = start + tables.scoreBlock(group, resource)
      var sum = Lanes.zero
      for block in 0..<blocks {
        let margin = given[first &+ block]
        margins[resource &* blocks &+ block] = margin
        largest[block] = largest[block].larger(margin)
        sum += margin
      }
      own[resource] = worths(resource)
      hope[resource] = own[resource] + sum.laneSum
    }
    var ceiling = Lanes.zero
    for block in 0..<blocks { ceiling += largest[block] }
    return search(group, tables, ceiling.laneSum)
  }

  /// Enumerates the pairs of the group at hand.
  private func search(
    _ group: Int, _ tables: borrowing DesignationTables, _ ceiling: Float
  ) -> Best {
    sort(group, tables.resources)
    let base = group * tables.resources
    let last = tables.resources - 1
    let blocks = tables.blockCount(group)
    var best = Best(pair: ResourcePair(0, 1), worth: -.infinity)
    for i in 0..<last {
      let first = Int(order[base + i])
      if hope[first] + hope[Int(order[base + i + 1])] <= best.worth { break }
      var j = i + 1
      while j <= last {
        let seconds = SIMD4<Int>(j, min(j + 1, last), min(j + 2, last), min(j + 3, last))
        if hope[first] + hope[Int(order[base + j])] <= best.worth { break }
        choose(first, resources(base, seconds), ceiling, blocks, &best)
        j += 4
      }
    }
    return best
  }

  /// For each resource what the best pair with it is worth to a group.
  func bestWith(
    _ group: Int, _ tables: borrowing DesignationTables, _ prices: borrowing DesignationPrices,
    _ room: borrowing Buffer<Int32>
  ) -> [Float] {
    _ = fill(group, tables, prices, room)
    let blocks = tables.blockCount(group)
    var result = [Float](repeating: -.infinity, count: tables.resources)
    for first in 0..<tables.resources {
      for second in first + 1..<max(first + 1, tables.resources) {
        let all = served(first * blocks, SIMD4(repeating: second * blocks), blocks)
        let worth = own[first] + own[second] + all.x
        result[first] = max(result[first], worth)
        result[second] = max(result[second], worth)
      }
    }
    return result
  }

  @inline(__always)
  private func resources(_ base: Int, _ places: SIMD4<Int>) -> SIMD4<Int> {
    SIMD4(
      Int(order[base &+ places.x]), Int(order[base &+ places.y]),
      Int(order[base &+ places.z]), Int(order[base &+ places.w]))
  }

  /// Looks at one resource with four others, unless none of them has hope.
  @inline(__always)
  private func choose(
    _ first: Int, _ seconds: SIMD4<Int>, _ ceiling: Float, _ blocks: Int, _ best: inout Best
  ) {
    let owns = Lanes(own[seconds.x], own[seconds.y], own[seconds.z], own[seconds.w]) + own[first]
    guard (owns + ceiling).max() > best.worth else { return }
    let worths = owns + served(first &* blocks, seconds &* blocks, blocks)
    guard worths.max() > best.worth else { return }
    for lane in 0..<4 where worths[lane] > best.worth {
      best = Best(pair: ResourcePair(first, seconds[lane]), worth: worths[lane])
    }
  }

  /// Σ_e max(V_eb, V_eb') for one resource of the group at hand with each of four others; the four
  /// sums are independent, so that none waits for the additions of another.
  @inline(__always)
  private func served(_ first: Int, _ seconds: SIMD4<Int>, _ blocks: Int) -> Lanes {
    var (a, b, c, d) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    for block in 0..<blocks {
      let margin = margins[first &+ block]
      a += margins[seconds.x &+ block].larger(margin)
      b += margins[seconds.y &+ block].larger(margin)
      c += margins[seconds.z &+ block].larger(margin)
      d += margins[seconds.w &+ block].larger(margin)
    }
    return Lanes(a.laneSum, b.laneSum, c.laneSum, d.laneSum)
  }

  /// Computes V, q and hopes of a group, and returns Σ_e max_b V_eb.
  private func fill(
    _ group: Int, _ tables: borrowing DesignationTables, _ prices: borrowing DesignationPrices,
    _ room: borrowing Buffer<Int32>
  ) -> Float {
    let blocks = tables.blockCount(group)
    let firstAmount = tables.blockStart[group]
    for block in 0..<blocks { largest[block] = .zero }
    for resource in 0..<tables.resources {
      guard room[resource] > 0 else {
        hope[resource] = -.infinity
        own[resource] = -.infinity
        continue
      }
      let price = Lanes(repeating: prices.unitPrice(group, resource))
      let scores = tables.scoreBlock(group, resource)
      var sum = Lanes.zero
      for block in 0..<blocks {
        let margin = (tables.scores[scores + block] - price * tables.amounts[firstAmount + block])
          .larger(.zero)
        margins[resource * blocks + block] = margin
        largest[block] = largest[block].larger(margin)
        sum += margin
      }
      own[resource] = prices.pairWorth(group, resource, tables)
      hope[resource] = own[resource] + sum.laneSum
    }
    var ceiling = Lanes.zero
    for block in 0..<blocks { ceiling += largest[block] }
    return ceiling.laneSum
  }

  /// Insertion sort by falling hope: the order of the last call is nearly right.
  private func sort(_ group: Int, _ count: Int) {
    let base = group * count
    for i in 1..<max(count, 1) {
      let resource = order[base + i]
      let value = hope[Int(resource)]
      var j = i
      while j > 0 && hope[Int(order[base + j - 1])] < value {
        order[base + j] = order[base + j - 1]
        j -= 1
      }
      order[base + j] = resource
    }
  }
}
