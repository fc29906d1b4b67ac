/// Exhaustive search over designations that could still beat the best one, by regret.
///
/// **Method.** At given prices each group has a best pair, and each other pair has a regret: what
/// the bound loses if it is taken. A set of pairs whose regrets add up to more than the gap cannot
/// beat the best designation, so pairs are enumerated depth first in order of regret until the gap
/// is used up. The pairs of a complete set get prices of their own; members are then enumerated in
/// the same way, each with its two resources and none.
///
/// **Exactness.** Regrets are integers over the certificate's scale; no pruning depends on floats.
///
/// **Complexity.** Exponential in what the gap leaves open; ends unproved after a limit of steps.
struct PairEnumeration: ~Copyable {
  private struct Choice {
    var pair: ResourcePair
    var regret: Int128
  }

  private let scale: Int128
  /// The bound at the prices, times the scale.
  private let bound: Int128
  /// For each group its pairs by rising regret.
  private let choices: [[Choice]]
  private var room: [Int]
  private var chosen: [ResourcePair]
  private var leaves: MemberEnumeration
  private var nodes = 0

  /// Steps done at which the search gives up, so that others have their share.
  private var deadline: Int64 = 0

  private static let nodeLimit = 200_000

  /// Whether there are few enough groups for the search to have a chance.
  static func isPromising(_ tables: borrowing DesignationTables) -> Bool {
    tables.groups * tables.resources * tables.resources <= 20_000
      && tables.problem.memberCount <= 400
  }

  init(_ tables: borrowing DesignationTables, _ certificate: DesignationCertificate) {
    let problem = tables.problem
    scale = Int128(certificate.scale)
    room = tables.limits.map { Int($0) }
    chosen = []
    leaves = MemberEnumeration(tables)
    var total: Int128 = 0
    for resource in 0..<tables.resources {
      total += Int128(certificate.capacityPrices[resource]) * Int128(problem.capacities[resource])
      total += Int128(certificate.placePrices[resource]) * Int128(problem.groupLimits[resource])
    }
    var all: [[Choice]] = []
    for group in 0..<tables.groups {
      let members = tables.memberStart[group]..<tables.memberStart[group + 1]
      let worths = certificate.pairWorths(problem, group, members)
      let top = worths.reduce(worths[0].worth) { max($0, $1.worth) }
      total += top
      let regrets = worths.map { Choice(pair: $0.pair, regret: top - $0.worth) }
      all.append(
        regrets.sorted {
          ($0.regret, $0.pair.low, $0.pair.high) < ($1.regret, $1.pair.low, $1.pair.high)
        })
    }
    choices = all
    bound = total
  }

  /// Searches all that could beat `best`, and puts what does in its place.
  ///
  /// - Returns: whether the search was complete, so that nothing beats `best`.
  mutating func run(
    _ best: inout DesignationSolver.Incumbent, _ tables: borrowing DesignationTables,
    _ meter: inout StepMeter
  ) -> Bool {
    deadline = meter.done + (meter.limit - meter.done) / 4
    return explore(bound, &best, tables, &meter)
  }

  private mutating func explore(
    _ hope: Int128, _ best: inout DesignationSolver.Incumbent,
    _ tables: borrowing DesignationTables, _ meter: inout StepMeter
  ) -> Bool {
    let group = chosen.count
    nodes += 1
    meter.spend(10)
    guard nodes < PairEnumeration.nodeLimit, meter.done < deadline, !meter.isOver else {
      return false
    }
    guard group < tables.groups else {
      return leaves.run(chosen, until: deadline, &best, tables, &meter)
    }
    for choice in choices[group] {
      let left = hope - choice.regret
      if left < scale * (Int128(best.objective) + 1) { break }
      let (low, high) = (Int(choice.pair.low), Int(choice.pair.high))
      guard room[low] > 0, room[high] > 0 else { continue }
      room[low] -= 1
      room[high] -= 1
      chosen.append(choice.pair)
      let isComplete = explore(left, &best, tables, &meter)
      chosen.removeLast()
      room[low] += 1
      room[high] += 1
      if !isComplete { return false }
    }
    return true
  }
}

extension DesignationCertificate {
  /// What each pair of resources is worth to a group at the prices, times the scale.
  ///
  /// - Parameter members: the group's members.
  fileprivate func pairWorths(
    _ problem: DesignationProblem, _ group: Int, _ members: Range<Int>
  ) -> [(pair: ResourcePair, worth: Int128)] {
    let count = problem.resourceCount
    var own: [Int128] = []
    var margins: [[Int128]] = []
    for resource in 0..<count {
      let pair = group * count + resource
      own.append(
        Int128(problem.pairScores[pair]) * Int128(scale) - Int128(placePrices[resource])
          + Int128(pairPrices[pair]) * Int128(problem.capacities[resource]))
      let price = Int128(capacityPrices[resource]) + Int128(pairPrices[pair])
      margins.append(
        members.map { member in
          let score = Int128(problem.memberScore(member: member, resource: resource))
          guard score > 0 else { return 0 }
          return max(0, score * Int128(scale) - price * Int128(problem.memberAmounts[member]))
        })
    }
    var result: [(pair: ResourcePair, worth: Int128)] = []
    for first in 0..<count {
      for second in first + 1..<max(count, first + 1) {
        var worth = own[first] + own[second]
        for member in 0..<members.count {
          worth += max(margins[first][member], margins[second][member])
        }
        result.append((ResourcePair(first, second), worth))
      }
    }
    return result
  }
}
