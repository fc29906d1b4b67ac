/// The course of a search: bound, dive, local search, and again at better prices.
final class GeneralSearch {
  let model: GeneralModel
  let meter: WorkMeter
  let priceRelaxation: PriceRelaxation
  let packingRelaxation: PackingRelaxation
  private(set) var pricePrices: [Double]
  private(set) var packingPrices: [Double]
  private(set) var priceValue = Double.infinity
  private(set) var packingValue = Double.infinity
  private(set) var best: [Int32]
  private(set) var bestPoints: Int64
  var losses: [Double] = []
  var elites: [[Int32]] = []
  /// The result of the last dive.
  private var last: [Int32] = []
  var random = SearchRandom(seed: 1)

  var trace: ((String) -> Void)? = GeneralSearch.defaultTrace
  nonisolated(unsafe) static var defaultTrace: ((String) -> Void)?

  init(_ model: GeneralModel, _ meter: WorkMeter) {
    self.model = model
    self.meter = meter
    priceRelaxation = PriceRelaxation(model)
    packingRelaxation = PackingRelaxation(model)
    pricePrices = [Double](repeating: 0, count: model.rowCount)
    packingPrices = [Double](repeating: 0, count: model.requestCount + model.rowCount)
    best = [Int32](repeating: -1, count: model.requestCount)
    bestPoints = SearchState(model).points
  }

  func run() {
    guard model.optionCount > 0 else { return }
    greedy(at: Buffer(pricePrices))
    findPrices()
    dive(noise: 0)
    anneal(from: best, moves: 60 * model.requestCount + 20_000, Schedule(0))
    improvePrices(steps: 400)
    dive(noise: 0)
    var round = 0
    while !isDone {
      if round < 4 || round % 8 == 0 { solveWhole(nodeLimit: 50 << min(round, 12)) }
      let schedule = Schedule(round)
      if round % 2 == 1 {
        dive(noise: 0.2 * Double(round % 5))
        anneal(from: last, moves: 800 * model.requestCount + 100_000, schedule)
      } else {
        anneal(from: best, moves: 800 * model.requestCount + 100_000, schedule)
      }
      round += 1
      if round % 6 == 0 { merge(elites, nodeLimit: 1000); elites=[]; trace?("merged \(bestPoints)") }
    }
  }

  private var isProved = false
  /// Solves the whole problem exactly where its gap leaves few options.
  private func solveWhole(nodeLimit: Int) {
    guard !isDone else { return }
    let gap = packingValue - Double(bestPoints)
    let open = losses.count { $0 <= gap }
    guard open <= 2000 else { return }
    let all = [Int32](0..<Int32(model.requestCount))
    isProved = solveCore(all, nodeLimit: nodeLimit) { losses[Int($0)] <= gap }
    trace?("whole \(isProved) \(bestPoints) of \(open)")
  }

  nonisolated(unsafe) static var env: [String: Double] = [:]

  /// How a local search runs: candidates a request, and temperatures as shares of what the last
  /// candidate of three a request loses.
  struct Schedule {
    let candidates: Double
    let hot: Double
    let cold: Double
    init(_ round: Int) {
      candidates = [4, 3, 4, 3][round % 4]
      hot = [0.13, 0.26, 0.2, 0.4][round % 4]
      cold = [0.035, 0.04, 0.03, 0.04][round % 4]
    }
  }

  var isDone: Bool { meter.isOver || isProved || bound <= Double(bestPoints) + 0.999 }
  private var bound: Double { min(priceValue, packingValue) }

  private func findPrices() {
    let prices = VolumeMethod(priceRelaxation, start: pricePrices)
    prices.descend(steps: 300, target: Double(bestPoints), floor: goal, meter)
    pricePrices = prices.center.array
    priceValue = prices.value
    greedy(at: prices.center)
    trace?("price \(priceValue) greedy \(bestPoints)")
    guard !isDone else { return }
    packingPrices = startPrices(prices.center)
    improvePrices(steps: 120)
  }

  private func improvePrices(steps: Int) {
    guard !isDone else { return }
    let method = VolumeMethod(
      packingRelaxation, start: packingPrices, factor: packingValue < .infinity ? 0.02 : 0.05)
    method.descend(steps: steps, target: Double(bestPoints), floor: goal, meter)
    packingPrices = method.center.array
    packingValue = method.value
    losses = packingRelaxation.losses(
      at: method.center, limit: max(0, packingValue - Double(bestPoints)))
    trace?("packing \(packingValue)")
  }

  private func anneal(from start: [Int32], moves: Int, _ schedule: Schedule) {
    guard !isDone else { return }
    let search = LocalSearch(
      model, start: start, candidates: candidates(perRequest: schedule.candidates).options,
      seed: random.next())
    let unit = candidates(perRequest: 3).cut
    search.anneal(
      moves: moves, hot: schedule.hot * unit, cold: schedule.cold * unit,
      until: Int64(min(bound, 0x1p62)), meter)
    trace?("anneal \(schedule) \(search.bestPoints)")
    elites.append(search.best)
    keep(search.best, search.bestPoints)
  }

  func keep(_ choices: [Int32], _ points: Int64) {
    guard points > bestPoints else { return }
    bestPoints = points
    best = choices
  }

  /// Options by loss, the least first, as many for each request on average.
  func candidates(perRequest: Double) -> (cut: Double, options: [Int32]) {
    let sorted = losses.filter { $0 > 0 && $0 < .infinity }.sorted()
    let zeros = losses.count { $0 == 0 }
    let wanted = Int(perRequest * Double(model.requestCount)) - zeros
    let cut = sorted.isEmpty ? 1 : sorted[min(max(0, wanted), sorted.count - 1)]
    return (cut, (0..<Int32(model.optionCount)).filter { losses[Int($0)] <= cut })
  }

  /// A bound below this proves the best allocation: objectives are integers.
  private var goal: Double { Double(bestPoints) + 0.999 }

  private func dive(noise: Double) {
    guard !isDone else { return }
    let choices = Dive.run(
      PackingRelaxation(copying: packingRelaxation), prices: packingPrices, noise: noise,
      &random, meter)
    let state = SearchState(model)
    state.load(choices)
    state.fill(byValue(Buffer(pricePrices)))
    last = state.choice.array
    trace?("dive \(noise) \(state.points)")
    keep(last, state.points)
  }

  private func greedy(at prices: borrowing Buffer<Double>) {
    let state = SearchState(model)
    state.fill(byValue(prices))
    keep(state.choice.array, state.points)
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

  /// For each request of the problem its option over all options, or −1.
  func chosen(for problem: Problem) -> [Int32] {
    var result = [Int32](repeating: -1, count: problem.requestCount)
    for (request, option) in best.enumerated() where option >= 0 {
      result[Int(model.sourceRequest[request])] = model.sourceOption[Int(option)]
    }
    return result
  }
}
