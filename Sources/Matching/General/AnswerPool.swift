/// The best different allocations that a search has met, a few at most.
struct AnswerPool {
  private(set) var answers: [(points: Int64, choices: [Int32])] = []

  static let size = 12

  /// Takes an allocation in unless it is known or worse than all of a full pool.
  mutating func add(_ choices: [Int32], points: Int64) {
    guard !answers.contains(where: { $0.points == points && $0.choices == choices }) else { return }
    defer { checkInvariants() }
    answers.append((points, choices))
    guard answers.count > AnswerPool.size else { return }
    let worst = answers.indices.min { answers[$0].points < answers[$1].points }
    if let worst { answers.remove(at: worst) }
  }
}

extension GeneralSearch {
  /// Problems below so many requests are searched by breeding.
  static let breedingLimit = 300

  /// Step 4 for small problems: short local searches from disturbed dives fill a pool; then pairs of
  /// its answers are merged, and now and then one of them is searched from anew.
  ///
  /// Merging two answers decides exactly what they disagree about, a part of the problem far larger
  /// than any move of a local search could turn over.
  func breed() {
    var pool = AnswerPool()
    var generation = 0
    while !isDone {
      if generation == AnswerPool.size { solveWhole() }
      let child = generation < AnswerPool.size ? foundling(generation) : child(of: pool, generation)
      let state = SearchState(model)
      state.load(child)
      pool.add(child, points: state.points)
      generation += 1
    }
  }

  private func foundling(_ generation: Int) -> [Int32] {
    anneal(from: dive(noise: 0.1), moves: 500 * model.requestCount, .young(generation))
  }

  private func child(of pool: AnswerPool, _ generation: Int) -> [Int32] {
    let first = draw(below: pool.answers.count)
    guard generation % 3 != 0, pool.answers.count > 1 else {
      return anneal(
        from: pool.answers[first].choices, moves: 500 * model.requestCount, .old(generation))
    }
    let step = 1 + draw(below: pool.answers.count - 1)
    let second = (first + step) % pool.answers.count
    // What both agree about stays in any case, so the better one gives the rest.
    let parents = [pool.answers[first], pool.answers[second]].sorted { $0.points < $1.points }
    return merge(parents.map(\.choices), work: GeneralSearch.mergingWork)
  }

  private static let mergingWork: Int64 = 2_000_000
}

extension Schedule {
  private static func wide(_ generation: Int) -> Double { [2, 3, 2, 4][generation % 4] }

  fileprivate static func young(_ generation: Int) -> Schedule {
    Schedule(candidates: wide(generation), hot: 0.3, cold: 0.05)
  }

  fileprivate static func old(_ generation: Int) -> Schedule {
    Schedule(candidates: wide(generation), hot: 0.15, cold: 0.05)
  }
}
