/// Improves an allocation by annealing over the options that can still matter.
///
/// Problem: at good prices most options lose so much that no better answer holds them; the few that
/// remain (*candidates*) make a small landscape with many deep valleys.
///
/// Method: a move inserts a random candidate: its request leaves its option, rows that overflow
/// eject members (from a random start, the first that frees enough), ejected requests take their
/// best option that fits, and what was vacated is filled again. The whole is accepted by Metropolis'
/// rule at a temperature that falls geometrically, or undone from a log.
///
/// Complexity: a move touches a few requests and their candidates, independent of the size.
///
/// Sources: S. Kirkpatrick, C. Gelatt, M. Vecchi, "Optimization by simulated annealing", Science 220
/// (1983); M. Yagiura, T. Ibaraki, F. Glover, "An ejection chain approach for the generalized
/// assignment problem", INFORMS J. Computing 16 (2004).
final class LocalSearch {
  let state: SearchState
  private let model: GeneralModel
  private(set) var best: [Int32]
  private(set) var bestPoints: Int64
  private var isBestUnsaved = false
  private var random: SearchRandom
  private let table: ExponentialTable

  private let candidates: CandidateLists
  /// Each option's score less the price of its uses.
  private let worth: Buffer<Double>

  /// What the running move has changed: request and its option before.
  private let logRequest: Buffer<Int32>
  private let logChoice: Buffer<Int32>
  private var logCount: Int32 = 0
  private let loggedAt: Buffer<Int64>
  private var moveNumber: Int64 = 0
  private var steps = 0

  /// The most members a move ejects, and the most candidates it looks at to fill a row.
  private static let ejectionLimit = 4
  private static let refillLimit: Int32 = 24

  /// - Parameters:
  ///   - start: the allocation to begin with.
  ///   - candidates: the options that moves may choose.
  init(
    _ model: GeneralModel, start: [Int32], candidates: [Int32], worth: [Double], seed: UInt64,
    _ table: ExponentialTable
  ) {
    self.model = model
    self.table = table
    self.candidates = CandidateLists(model, candidates)
    self.worth = Buffer(worth)
    state = SearchState(model)
    state.load(start)
    best = start
    bestPoints = state.points
    random = SearchRandom(seed: seed)
    logRequest = Buffer(repeating: 0, count: model.requestCount)
    logChoice = Buffer(repeating: 0, count: model.requestCount)
    loggedAt = Buffer(repeating: 0, count: model.requestCount)
  }

  /// Runs a number of moves while the temperature (in points) falls from `hot` to `cold`.
  func anneal(moves: Int, hot: Double, cold: Double, until goal: Int64, _ meter: WorkMeter) {
    guard candidates.options.count > 0, moves > 0 else { return }
    let stages = 200
    let ratio = LocalSearch.root(cold / hot, stages)
    var temperature = hot
    for stage in 0..<stages {
      for _ in 0..<(moves / stages + (stage < moves % stages ? 1 : 0)) { move(temperature) }
      meter.spend(steps)
      steps = 0
      if meter.isOver || bestPoints >= goal { break }
      temperature *= ratio
    }
    saveBest()
  }

  /// The `count`-th root of a ratio in (0, 1], by bisection: exactly rounded operations only.
  private static func root(_ ratio: Double, _ count: Int) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      var power = 1.0
      for _ in 0..<count { power *= middle }
      if power < ratio { low = middle } else { high = middle }
    }
    return high
  }

  private func move(_ temperature: Double) {
    let option = candidates.options[random.below(candidates.options.count)]
    let owner = model.owner[option]
    let previous = state.choice[owner]
    steps &+= 8
    guard previous != option else { return }
    let before = state.points
    moveNumber &+= 1
    logCount = 0
    log(owner)
    if previous >= 0 { state.remove(previous) }
    guard makeRoom(for: option) else { return undo() }
    state.place(option)
    reinsert()
    if previous >= 0 { refill(previous) }
    steps &+= Int(logCount) &* 16
    let loss = before &- state.points
    if loss > 0 {
      guard Double(loss) <= temperature * table.draw(&random) else { return undo() }
      if isBestUnsaved { saveBeforeLoss() }
    } else if loss < 0 {
      noteBest()
    }
  }

  @inline(__always)
  private func log(_ request: Int32) {
    guard loggedAt[request] != moveNumber else { return }
    loggedAt[request] = moveNumber
    logRequest[logCount] = request
    logChoice[logCount] = state.choice[request]
    logCount &+= 1
  }

  /// Ejects members until the option fits.
  private func makeRoom(for option: Int32) -> Bool {
    var ejections = 0
    for use in model.uses(of: option) {
      let row = model.useRow[use]
      while true {
        let excess = state.used[row] &+ model.useAmount[use] &- model.upper[row]
        if excess <= 0 { break }
        guard ejections < LocalSearch.ejectionLimit else { return false }
        let victim = pickVictim(row, excess)
        log(model.owner[victim])
        state.remove(victim)
        ejections &+= 1
      }
    }
    return true
  }

  /// From a random start the first member that frees enough, else the first one. Picking the one
  /// worth least instead was measured to trap the search.
  private func pickVictim(_ row: Int32, _ excess: Int64) -> Int32 {
    let (start, count) = (model.rowStart[row], state.memberCount[row])
    let first = Int32(truncatingIfNeeded: random.below(Int(count)))
    var place = first
    repeat {
      let use = state.members[start &+ place]
      if model.useAmount[use] >= excess { return model.useOption[use] }
      place = place &+ 1 == count ? 0 : place &+ 1
      steps &+= 1
    } while place != first
    return model.useOption[state.members[start &+ first]]
  }

  /// Gives each ejected request its best candidate that fits.
  private func reinsert() {
    var index: Int32 = 1
    while index < logCount {
      let request = logRequest[index]
      var (best, bestGain): (Int32, Int64) = (-1, 0)
      for place in candidates.requestStart[request]..<candidates.requestStart[request &+ 1] {
        let option = candidates.byRequest[place]
        if state.fits(option) {
          let gain = state.gain(option)
          if gain > bestGain { (best, bestGain) = (option, gain) }
        }
      }
      if best >= 0 { state.place(best) }
      index &+= 1
    }
  }

  /// Fills each row the option has vacated by one request without choice: of some candidates from a
  /// random start the one worth most.
  private func refill(_ vacated: Int32) {
    for use in model.uses(of: vacated) {
      let row = model.useRow[use]
      let (start, end) = (candidates.rowStart[row], candidates.rowStart[row &+ 1])
      guard end > start else { continue }
      let limit = min(end &- start, LocalSearch.refillLimit)
      var place = start &+ Int32(truncatingIfNeeded: random.below(Int(end &- start)))
      var (best, most): (Int32, Double) = (-1, -.infinity)
      for _ in 0..<limit {
        let option = candidates.byRow[place]
        if state.choice[model.owner[option]] < 0, worth[option] > most, state.fits(option),
          state.gain(option) > 0
        {
          (best, most) = (option, worth[option])
        }
        place = place &+ 1 == end ? start : place &+ 1
      }
      steps &+= Int(limit)
      if best >= 0 {
        log(model.owner[best])
        state.place(best)
      }
    }
  }

  private func undo() {
    for index in 0..<logCount {
      let option = state.choice[logRequest[index]]
      if option >= 0 { state.remove(option) }
    }
    for index in 0..<logCount where logChoice[index] >= 0 { state.place(logChoice[index]) }
  }

  @inline(__always)
  private func noteBest() {
    guard state.points > bestPoints else { return }
    bestPoints = state.points
    isBestUnsaved = true
  }

  /// The best allocation is the one before this move: it is copied only when the search leaves it.
  private func saveBeforeLoss() {
    best = state.choice.array
    for index in 0..<logCount { best[Int(logRequest[index])] = logChoice[index] }
    isBestUnsaved = false
  }

  private func saveBest() {
    guard isBestUnsaved else { return }
    best = state.choice.array
    isBestUnsaved = false
  }
}
