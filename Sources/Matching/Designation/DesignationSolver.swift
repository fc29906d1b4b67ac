/// Designation: two resources for each group, then members, with a bound.
///
/// **Problem.** See ``DesignationProblem``; strongly NP-hard (it holds generalised assignment).
///
/// **Method.**
/// 1. A greedy designation, so that there is always an answer.
/// 2. Prices λ, μ, ν that make the bound small (``PriceDescent``), from the prices at which each group
///    alone would clear each resource where steps are dear, and a dive on the averaged pairs
///    (``PairDive``).
/// 3. Where the gap is small enough to enumerate, an exhaustive search (``PairEnumeration``).
/// 4. For small problems, prices that let each resource pack whole members (``PackingDescent``).
/// 5. Rounds until the work is used up: annealing over pair sets by the value of their relaxation
///    (``PairSearch``), members served exactly on the best sets met, and annealing over both
///    (``MemberSearch``). Each round works longer than the one before, and every other one starts
///    from the best designation instead of the dive.
///
/// Everything runs in a fixed order on one thread with work counted in steps, so that the answer
/// depends on the problem and the limits alone.
///
/// **Complexity.** The limit of work; by default at most a few billion steps. Memory: about 40 bytes for
/// each score.
///
/// **Limits.** The gap of the prices does not close where members are few and large beside the
/// capacities, or where mixtures of pairs beat each single pair: about 1.1 to 1.5 % on the families
/// that it was measured on, half of that with packings.
struct DesignationSolver: ~Copyable {
  let tables: DesignationTables
  var meter: StepMeter
  var descent: PriceDescent
  var best: Incumbent
  /// Whether an exhaustive search has shown that nothing beats ``best``.
  var isProved = false

  /// 1, or less where the limit of work is far below the default: then rounds are shorter.
  let thrift: Double
  /// The tighter prices so far, where the problem is small enough and the search got that far.
  var packingCertificate: DesignationPackingCertificate?
  var packingValue = Double.infinity

  /// The best designation so far, in canonical order.
  struct Incumbent {
    var objective: Int64
    var pairs: [ResourcePair]
    var choices: [Int32]
  }

  init(_ canonical: borrowing CanonicalDesignation, _ options: SolveOptions) {
    tables = DesignationTables(canonical)
    let ample = DesignationSolver.defaultWork(canonical.problem)
    let limit = options.workLimit ?? ample
    thrift = min(1, 2 * Double(limit) / Double(max(1, ample)))
    meter = StepMeter(limit: limit, shouldStop: options.shouldStop)
    descent = PriceDescent(tables)
    best = DesignationSolver.greedy(tables)
  }

  /// A few seconds for small problems, twenty or so for large ones.
  private static func defaultWork(_ problem: DesignationProblem) -> Int64 {
    let size = problem.pairScores.count + problem.memberCount
    return min(3_500_000_000, 3_000_000 * Int64(size))
  }

  /// Searches until proof, limit or stop.
  mutating func run() {
    if areStepsDear { descent.startFromClearing(tables, &meter) }
    findPrices()
    // Even where the prices seem to close the gap: a search makes sure in exact integers.
    if !meter.isOver, PairEnumeration.isPromising(tables) { enumerate() }
    guard !meter.isOver, !isClosed, !isProved else { return }
    let dived = dive()
    improve(0, dived)
    if PackingDescent.isAffordable(tables.problem) { tighten() }
    var round = 1
    while !meter.isOver && !isClosed {
      improve(round, dived)
      round += 1
    }
  }

  /// Lowers the bound by packing whole members.
  private mutating func tighten() {
    var packing = PackingDescent(tables, descent.center)
    for _ in 0..<DesignationSolver.packingSteps where !meter.isOver && !isClosed {
      packing.step(tables, target: Double(best.objective), &meter)
      packingValue = packing.bestValue
      if packing.factor < 3e-4 { break }
    }
    packingCertificate = packing.certificate(tables)
  }

  private static let packingSteps = 600

  /// Whether the prices prove the best designation so far.
  var isClosed: Bool {
    min(descent.bestValue, packingValue) < Double(best.objective) + 0.5
  }

  /// Takes steps until the bound has all but stopped falling.
  mutating func findPrices() {
    var (milestone, sinceMilestone) = (Double.infinity, 0)
    // Where work is scarce, half of it is for answers.
    let deadline = meter.done + (meter.limit - meter.done) / 2
    for _ in 0..<DesignationSolver.descentSteps where !meter.isOver && meter.done < deadline {
      descent.step(tables, target: Double(best.objective), &meter)
      if descent.factor < 2e-4 || isClosed { return }
      sinceMilestone += 1
      if sinceMilestone == 80 {
        guard milestone - descent.bestValue > 0.02 + 2e-6 * abs(descent.bestValue) else { return }
        (milestone, sinceMilestone) = (descent.bestValue, 0)
      }
    }
  }

  private static let descentSteps = 1500

  /// Whether a descent would use up its half of the default work before its prices have settled.
  private var areStepsDear: Bool {
    let step = (0..<tables.groups).reduce(0) { sum, group in
      sum + descent.cost(of: group, tables)
    }
    return Int64(step) * Int64(DesignationSolver.descentSteps)
      > DesignationSolver.defaultWork(tables.problem) / 2
  }

  mutating func take(_ objective: Int64, _ pairs: [ResourcePair], _ choices: [Int32]) {
    guard objective > best.objective else { return }
    best = Incumbent(objective: objective, pairs: pairs, choices: choices)
  }
}

extension DesignationSolver {
  /// Groups in order take the free pair that scores most; members take what fits.
  private static func greedy(_ tables: borrowing DesignationTables) -> Incumbent {
    let room = Buffer(tables.limits)
    var pairs: [ResourcePair] = []
    for group in 0..<tables.groups {
      let open = (0..<tables.resources).filter { room[$0] > 0 }
      let order = open.sorted {
        let (a, b) = (group * tables.resources + $0, group * tables.resources + $1)
        return (tables.pairScores[b], $0) < (tables.pairScores[a], $1)
      }
      let left = tables.groups - group - 1
      let liked = order.count < 2 ? nil : ResourcePair(order[0], order[1])
      let isSafe = liked.map { PairDive.leavesRoom($0, room, left) } ?? false
      let pair = isSafe ? liked ?? PairDive.roomiest(room) : PairDive.roomiest(room)
      room[pair.low] -= 1
      room[pair.high] -= 1
      pairs.append(pair)
    }
    var search = MemberSearch(tables, seed: 0)
    search.start(pairs, prices: [Float](repeating: 0, count: tables.resources))
    return Incumbent(
      objective: search.bestObjective, pairs: search.bestPairs, choices: search.bestChoices)
  }

  /// A state of pairs rounded from the averages, with its prices.
  struct Dived {
    var pairs: [ResourcePair]
    var prices: [Float]
  }

  private mutating func dive() -> Dived {
    var diving = PriceDescent(copying: descent, tables)
    let target = Double(best.objective)
    let pairs = PairDive.run(&diving, tables, target: target, &meter)
    return Dived(pairs: pairs, prices: diving.center.capacityPrices)
  }

  private mutating func enumerate() {
    var search = PairEnumeration(tables, descent.center.certificate(for: tables.problem))
    isProved = search.run(&best, tables, &meter)
  }
}
