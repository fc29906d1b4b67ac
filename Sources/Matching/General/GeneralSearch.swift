/// The course of a search on general rows.
///
/// Problem: multi-dimensional generalised assignment with lower bounds and shortfall penalties; see
/// ``Problem``.
///
/// Method:
/// 1. prices for every row (``PriceRelaxation``), in milliseconds, and a greedy answer at them;
/// 2. prices for requests and the rows that are not kept (``PackingRelaxation``): a tighter bound;
/// 3. a dive on the averaged relaxation (``Dive``), improved by a short local search;
/// 4. rounds of longer local searches (``LocalSearch``) over the options that lose least at the
///    prices, from the best answer and from a disturbed dive at the same time, at several
///    temperatures; small problems, whose valleys are deep, breed a pool of answers instead
///    (``AnswerPool``). What runs at the same time runs in lanes (``inLanes(_:_:)``);
/// 5. now and then what good answers disagree about is decided exactly, and so is the whole problem
///    where its gap leaves few options (``CoreSearch``).
///
/// It ends when the bound or a complete exact search proves the answer, the work is spent, or, where
/// the caller names no limit of work, nothing better has been found for long (``WorkMeter``).
///
/// Complexity: the work limit decides; see ``GeneralSolver/defaultWork(_:)``.
///
/// Limits: prices guide as floating-point numbers; what is certified is recomputed exactly from
/// prices rounded to integers.
final class GeneralSearch {
  let problem: Problem
  let model: GeneralModel
  private(set) var meter: WorkMeter
  let options: SolveOptions
  let priceRelaxation: PriceRelaxation
  let packingRelaxation: PackingRelaxation
  /// The best prices of each relaxation, in its coordinates, and the bounds they give.
  private(set) var pricePrices: [Double]
  private(set) var packingPrices: [Double]
  private(set) var priceValue = Double.infinity
  private(set) var packingValue = Double.infinity
  /// The best of the searches for bounds of their own.
  var proof: Proof?
  /// The best answer: for each request an option or −1.
  private(set) var best: [Int32]
  private(set) var bestPoints: Int64
  /// What the bound loses when an option is chosen; see ``PackingRelaxation/losses(at:limit:)``.
  private(set) var losses: [Double] = []
  /// Each option's score less the price of its uses.
  private var worth: [Double] = []
  private var isProved = false
  private var random = SearchRandom(seed: 1)
  private let table: ExponentialTable

  /// - Parameter model: made from `problem`.
  init(
    _ problem: Problem, _ model: GeneralModel, _ meter: WorkMeter, _ options: SolveOptions
  ) {
    self.problem = problem
    self.model = model
    self.meter = meter
    self.options = options
    table = ExponentialTable()
    priceRelaxation = PriceRelaxation(model)
    packingRelaxation = PackingRelaxation(model)
    pricePrices = [Double](repeating: 0, count: model.rowCount)
    packingPrices = [Double](repeating: 0, count: packingRelaxation.dimension)
    best = [Int32](repeating: -1, count: model.requestCount)
    bestPoints = SearchState(model).points
  }

  /// A lane of a search: it shares what is only read, and draws its own random numbers.
  init(lane: Int, of search: GeneralSearch) {
    (problem, model) = (search.problem, search.model)
    meter = search.meter.share(among: 1)
    options = search.options
    priceRelaxation = search.priceRelaxation
    packingRelaxation = search.packingRelaxation
    (pricePrices, priceValue) = (search.pricePrices, search.priceValue)
    (packingPrices, packingValue) = (search.packingPrices, search.packingValue)
    (best, bestPoints) = (search.best, search.bestPoints)
    (losses, worth) = (search.losses, search.worth)
    random = SearchRandom(seed: UInt64(lane) + 2)
    table = search.table
  }

  /// Goes on from the best answer of the search, with a share of the work left there.
  func join(_ search: GeneralSearch, share count: Int) {
    meter = search.meter.share(among: count)
    (best, bestPoints, proof) = (search.best, search.bestPoints, search.proof)
  }

  func run() {
    guard model.optionCount > 0 else { return }
    findPrices()
    keep(dive(noise: 0))
    if packingRelaxation.recomputingCells > GeneralSearch.mostCells { descendPrices() }
    if model.requestCount <= GeneralSearch.smallLimit { solveWhole() }
    anneal(from: best, moves: 60 * model.requestCount + 20_000, Schedule(round: 0, heat: heat))
    improvePrices(steps: 400)
    keep(dive(noise: 0))
    if model.requestCount < GeneralSearch.breedingLimit { breed() } else { searchInRounds() }
    best = LotteryPass.run(model, best)
  }

  /// Up to so many requests an exact search comes first.
  private static let smallLimit = 40

  /// Nothing more can be gained, or the work is spent.
  var isDone: Bool { meter.isOver || isProvedBest }

  /// Nothing more can be gained: by the prices, or because an exact search found nothing.
  var isProvedBest: Bool { isProved || bound <= goal || model.optionCount == 0 }

  var bound: Double { min(priceValue, packingValue, proof?.value ?? .infinity) }

  /// A bound up to here proves the best answer: objectives are integers.
  private var goal: Double { Double(bestPoints) + 0.999 }

  /// Small problems need a hotter search: each of their moves changes much.
  private var heat: Double { model.requestCount < 300 ? 2.5 : 1 }

  func keep(_ choices: [Int32]) {
    let state = SearchState(model)
    state.load(choices)
    guard state.points > bestPoints else { return }
    bestPoints = state.points
    best = choices
    meter.noteProgress()
  }

  /// A random number below `bound`, for choosing neighbourhoods.
  func draw(below bound: Int) -> Int { random.below(bound) }
}

/// How a local search runs.
struct Schedule {
  /// Options a request on average that moves may choose.
  let candidates: Double
  /// First and last temperature, as shares of what the last of three candidates a request loses.
  let hot: Double
  let cold: Double

  init(candidates: Double, hot: Double, cold: Double) {
    (self.candidates, self.hot, self.cold) = (candidates, hot, cold)
  }

  init(round: Int, heat: Double) {
    candidates = [3, 4, 2.5, 4, 3][round % 5]
    hot = [0.12, 0.12, 0.18, 0.25, 0.4][round % 5] * heat
    cold = [0.025, 0.025, 0.025, 0.03, 0.04][round % 5]
  }
}

extension GeneralSearch {
  private func findPrices() {
    keep(greedy(at: Buffer(pricePrices)))
    let method = VolumeMethod(priceRelaxation, start: pricePrices)
    method.descend(steps: 300, target: Double(bestPoints), floor: goal, meter)
    pricePrices = method.center.array
    priceValue = method.value
    worth = (0..<Int32(model.optionCount)).map {
      priceRelaxation.margin(of: $0, at: method.center)
    }
    keep(greedy(at: method.center))
    guard !isDone else { return }
    packingPrices = startPrices(method.center)
    improvePrices(steps: 120)
  }

  /// Prices for every row to the end: where nobody can recompute the packings, they alone prove anything.
  private func descendPrices() {
    guard !isDone else { return }
    let method = VolumeMethod(priceRelaxation, start: pricePrices)
    for factor in [1, 0.3, 0.1, 0.03] {
      method.reset(factor: factor)
      method.descend(steps: 100, target: Double(bestPoints), floor: goal, meter)
      method.restart()
    }
    guard method.value < priceValue else { return }
    (pricePrices, priceValue) = (method.center.array, method.value)
  }

  /// Far more (weight, value) pairs than a certificate may ask of those who check it; the estimate is
  /// a high one.
  private static let mostCells = 10 * Double(BoundSearch.packingPairs)

  /// Requests' prices are their best margins; rows that are not kept keep their prices.
  private func startPrices(_ prices: borrowing Buffer<Double>) -> [Double] {
    var start = [Double](repeating: 0, count: packingRelaxation.dimension)
    for request in 0..<model.requestCount {
      start[request] = priceRelaxation.best(of: Int32(request), at: prices)?.margin ?? 0
    }
    for row in 0..<model.rowCount where !model.isKept[row] {
      start[model.requestCount + row] = prices[row]
    }
    return start
  }

  private func improvePrices(steps: Int) {
    guard !isDone else { return }
    let isFirst = packingValue == .infinity
    let method = VolumeMethod(
      packingRelaxation, start: packingPrices, factor: isFirst ? 0.05 : 0.02)
    method.descend(steps: steps, target: Double(bestPoints), floor: goal, meter)
    packingPrices = method.center.array
    packingValue = method.value
    losses = packingRelaxation.losses(
      at: method.center, limit: max(0, packingValue - Double(bestPoints)))
  }

  private func greedy(at prices: borrowing Buffer<Double>) -> [Int32] {
    let state = SearchState(model)
    state.fill(byValue(prices))
    return state.choice.array
  }

  /// Options by falling value at the prices.
  private func byValue(_ prices: borrowing Buffer<Double>) -> [Int32] {
    var margins = [Double](repeating: 0, count: model.optionCount)
    for option in margins.indices {
      margins[option] = priceRelaxation.margin(of: Int32(option), at: prices)
    }
    return (0..<Int32(model.optionCount)).sorted {
      (-margins[Int($0)], $0) < (-margins[Int($1)], $1)
    }
  }

  func dive(noise: Double) -> [Int32] {
    guard !isDone else { return best }
    let choices = Dive.run(
      PackingRelaxation(copying: packingRelaxation), prices: packingPrices, noise: noise, &random,
      meter)
    let state = SearchState(model)
    state.load(choices)
    state.fill(byValue(Buffer(pricePrices)))
    return state.choice.array
  }

  @discardableResult
  func anneal(from start: [Int32], moves: Int, _ schedule: Schedule) -> [Int32] {
    guard !isDone else { return best }
    let sorted = sortedLosses
    let search = LocalSearch(
      model, start: start, candidates: candidates(perRequest: schedule.candidates, among: sorted),
      worth: worth, seed: random.next(), table)
    let unit = typicalLoss(among: sorted)
    search.anneal(
      moves: moves, hot: schedule.hot * unit, cold: schedule.cold * unit,
      until: Int64(min(bound, 0x1p62)), meter)
    keep(search.best)
    return search.best
  }

  /// What the last of three candidates a request loses; of the options that lose anything the median
  /// where there are not so many, for the largest losses are penalties that no move should risk.
  private func typicalLoss(among sorted: [Double]) -> Double {
    sorted.isEmpty ? 1 : sorted[min(place(perRequest: 3), sorted.count / 2)]
  }

  /// Options by loss, the least first, as many for each request on average.
  private func candidates(perRequest: Double, among sorted: [Double]) -> [Int32] {
    let cut = sorted.isEmpty ? 1 : sorted[min(place(perRequest: perRequest), sorted.count - 1)]
    return (0..<Int32(model.optionCount)).filter { losses[Int($0)] <= cut }
  }

  /// The losses of the options that lose anything, the least first.
  private var sortedLosses: [Double] { losses.filter { $0 > 0 && $0 < .infinity }.sorted() }

  /// Where the last of so many options a request stands among the sorted losses.
  private func place(perRequest: Double) -> Int {
    max(0, Int(perRequest * Double(model.requestCount)) - losses.count { $0 == 0 })
  }

  /// Step 4 for large problems: a round is one long local search; two run at the same time.
  private func searchInRounds() {
    let lanes = lanes(2)
    var (round, elites): (Int, [[Int32]]) = (0, [])
    while !isDone {
      if round < 4 || round % 8 == 0 { solveWhole() }
      let next = round
      if round == GeneralSearch.roundsBeforeProof, mayTightenProof {
        elites += tightenProofMeanwhile(lanes) { $0.rounds(next + $1) }
        round += 2 * GeneralSearch.roundsAtOnce
      } else {
        elites += inLanes(lanes) { lane, place in lane.round(next + place) }
        round += 2
      }
      guard round % 6 == 0 else { continue }
      keep(merge(elites + [best], work: 20_000_000 + meter.spent / 8))
      elites = []
    }
  }

  private static let roundsBeforeProof = 4
  /// Rounds of each lane that take about as long as the search for a proof.
  private static let roundsAtOnce = 4

  private func rounds(_ first: Int) -> [Int32] {
    (0..<GeneralSearch.roundsAtOnce).reduce(best) { _, step in round(first + 2 * step) }
  }

  private func round(_ round: Int) -> [Int32] {
    let start = round % 2 == 1 ? dive(noise: 0.04 * Double(1 + round / 2 % 4)) : best
    return anneal(
      from: start, moves: 800 * model.requestCount + 100_000, Schedule(round: round, heat: heat))
  }

  /// Solves the whole problem exactly where its gap leaves few options.
  func solveWhole() {
    guard !isDone, packingValue < .infinity else { return }
    let gap = packingValue - Double(bestPoints)
    guard losses.count(where: { $0 <= gap }) <= GeneralSearch.wholeLimit else { return }
    isProved =
      solveCore(
        [Int32](0..<Int32(model.requestCount)), from: best, work: 10_000_000 + meter.spent / 4
      ) { losses[Int($0)] <= gap }.isComplete
  }

  /// More options than this are not searched exactly.
  private static let wholeLimit = 2000

  /// For each request of the problem its option over all options, or −1.
  var chosen: [Int32] {
    var result = [Int32](repeating: -1, count: problem.requestCount)
    for (request, option) in best.enumerated() where option >= 0 {
      result[Int(model.sourceRequest[request])] = model.sourceOption[Int(option)]
    }
    return result
  }
}
