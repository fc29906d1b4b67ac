extension GeneralSearch {
  /// Problems below so many requests are searched by breeding.
  static let breedingLimit = 300

  /// Step 4 for small problems: litters of children, born at the same time. Half of them are new:
  /// short local searches from disturbed dives, merged with the best; many short ones were measured to
  /// beat few long ones.
  /// The others come of a pool of the best: a quarter merges two of them, a quarter searches anew
  /// from one.
  ///
  /// Merging two answers decides exactly what they disagree about, a part of the problem far larger
  /// than any move of a local search could turn over.
  func breed() {
    var pool = AnswerPool()
    let lanes = lanes(GeneralSearch.litterSize)
    var litter = 0
    while !isDone {
      if litter == GeneralSearch.littersBeforeProof {
        tightenProof()
        if bound - Double(bestPoints) > GeneralSearch.wideGap * abs(bound) { meter.wait(times: 3) }
        solveWhole()
      }
      let (parents, first) = (pool, litter * GeneralSearch.litterSize)
      for child in inLanes(lanes, { $0.child(of: parents, first + $1) }) {
        let state = SearchState(model)
        state.load(child)
        pool.add(child, points: state.points)
      }
      litter += 1
    }
  }

  private static let litterSize = 8
  private static let littersBeforeProof = 3
  /// Searches with a wider gap were measured to gain up to 0.2 % after their first two seconds.
  private static let wideGap = 0.003
  private static let mergingWork: Int64 = 1_000_000

  private func child(of pool: AnswerPool, _ number: Int) -> [Int32] {
    guard number % 2 == 1, pool.answers.count > 1 else { return foundling(number / 2) }
    let first = draw(below: pool.answers.count)
    guard number % 4 == 1 else {
      return anneal(
        from: pool.answers[first].choices, moves: 100 * model.requestCount,
        Schedule(candidates: 3, hot: 0.2, cold: 0.05))
    }
    let step = 1 + draw(below: pool.answers.count - 1)
    let second = (first + step) % pool.answers.count
    // What both agree about stays in any case, so the better one gives the rest.
    let parents = [pool.answers[first], pool.answers[second]].sorted { $0.points < $1.points }
    return merge(parents.map(\.choices), work: GeneralSearch.mergingWork)
  }

  /// A short search from a disturbed dive, in turn of several kinds, and what it knows better than the
  /// best answer: alone hardly one of them comes near that, but parts of it may be better.
  private func foundling(_ number: Int) -> [Int32] {
    let kind = Foundling.kinds[number % Foundling.kinds.count]
    let found = anneal(
      from: dive(noise: kind.noise), moves: kind.moves * model.requestCount,
      Schedule(candidates: 3, hot: kind.hot, cold: kind.cold))
    let known = bestPoints
    let merged = merge([found, best], work: GeneralSearch.mergingWork)
    // Where nothing comes of it, the pool gains more by the foundling than by the best once more.
    return bestPoints > known ? merged : found
  }
}

/// How a foundling is made; see ``Schedule`` for the temperatures.
private struct Foundling {
  let noise: Double
  /// Moves for each request.
  let moves: Int
  let hot: Double
  let cold: Double

  /// The longest come first, so that no other lane waits for one of them at a litter's end.
  static let kinds = [
    Foundling(noise: 0.2, moves: 500, hot: 0.3, cold: 0.05),
    Foundling(noise: 0.1, moves: 200, hot: 0.3, cold: 0.1),
    Foundling(noise: 0.2, moves: 100, hot: 0.3, cold: 0.05),
    Foundling(noise: 0.1, moves: 50, hot: 0.2, cold: 0.05),
  ]
}
