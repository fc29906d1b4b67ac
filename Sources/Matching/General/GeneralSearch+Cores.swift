extension GeneralSearch {
  /// Decides some requests anew and exactly, while all others keep their choices.
  ///
  /// - Parameters:
  ///   - requests: in increasing order.
  ///   - start: an allocation; only better ones are looked for.
  ///   - work: elementary steps after which it gives up.
  ///   - isWanted: whether one of their options may be chosen.
  /// - Returns: the best allocation met and whether the search was complete.
  func solveCore(
    _ requests: [Int32], from start: [Int32], work: Int64, where isWanted: (Int32) -> Bool
  ) -> (choices: [Int32], isComplete: Bool) {
    let state = SearchState(model)
    state.load(start)
    let known = state.points
    for request in requests where state.choice[request] >= 0 { state.remove(state.choice[request]) }
    let core = GeneralModel(model, requests: requests, where: isWanted, used: { state.used[$0] })
    guard core.optionCount > 0 else { return (start, true) }
    let constant = state.points - SearchState(core).points
    let search = CoreSearch(core, known: known - constant, work: work, meter)
    search.run(prices: corePrices(core))
    guard let found = search.best else { return (start, search.isComplete) }
    for option in found where option >= 0 { state.place(core.sourceOption[Int(option)]) }
    keep(state.choice.array)
    return (state.choice.array, search.isComplete)
  }

  /// The whole's prices in a core's coordinates.
  private func corePrices(_ core: GeneralModel) -> [Double] {
    let relaxation = packingRelaxation
    var prices = [Double](repeating: 0, count: core.requestCount + core.rowCount)
    for request in 0..<core.requestCount {
      prices[request] = packingPrices[Int(core.sourceRequest[request])]
    }
    for row in 0..<core.rowCount where !core.isKept[row] {
      let source = Int(core.sourceRow[row])
      prices[core.requestCount + row] =
        packingPrices[model.requestCount + source] / relaxation.unit[source]
        * PriceRelaxation.meanUse(core, row)
    }
    return prices
  }

  /// Decides anew what good allocations disagree about, within what they hold.
  ///
  /// - Parameter elites: at least one; what they agree about stays as the last one has it.
  func merge(_ elites: [[Int32]], work: Int64) -> [Int32] {
    let start = elites[elites.count - 1]
    var isHeld = [Bool](repeating: false, count: model.optionCount)
    var differs = [Bool](repeating: false, count: model.requestCount)
    for choices in elites {
      for (request, option) in choices.enumerated() {
        if option >= 0 { isHeld[Int(option)] = true }
        if option != start[request] { differs[request] = true }
      }
    }
    let requests = (0..<Int32(model.requestCount)).filter { differs[Int($0)] }
    guard !requests.isEmpty else { return start }
    return solveCore(requests, from: start, work: work) { isHeld[Int($0)] }.choices
  }
}
