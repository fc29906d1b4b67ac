extension GeneralSearch {
  /// Decides some requests anew and exactly, while all others keep their choices.
  ///
  /// - Parameters:
  ///   - requests: in increasing order.
  ///   - work: elementary steps after which it gives up.
  ///   - isWanted: whether one of their options may be chosen.
  /// - Returns: whether the search was complete.
  @discardableResult
  func solveCore(
    _ requests: [Int32], work: Int64, where isWanted: (Int32) -> Bool
  ) -> Bool {
    let rest = SearchState(model)
    rest.load(best)
    for request in requests where rest.choice[request] >= 0 { rest.remove(rest.choice[request]) }
    let core = GeneralModel(model, requests: requests, where: isWanted, used: { rest.used[$0] })
    guard core.optionCount > 0 else { return true }
    let state = SearchState(core)
    let constant = rest.points - state.points
    let search = CoreSearch(core, known: bestPoints - constant, work: work, meter)
    search.run(prices: corePrices(core))
    if let found = search.best {
      for option in found where option >= 0 { rest.place(core.sourceOption[Int(option)]) }
      keep(rest.choice.array)
    }
    return search.isComplete
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
  func merge(_ elites: [[Int32]], work: Int64) {
    var isHeld = [Bool](repeating: false, count: model.optionCount)
    var differs = [Bool](repeating: false, count: model.requestCount)
    for choices in elites + [best] {
      for (request, option) in choices.enumerated() {
        if option >= 0 { isHeld[Int(option)] = true }
        if option != best[request] { differs[request] = true }
      }
    }
    let requests = (0..<Int32(model.requestCount)).filter { differs[Int($0)] }
    guard !requests.isEmpty else { return }
    solveCore(requests, work: work) { isHeld[Int($0)] }
  }
}
