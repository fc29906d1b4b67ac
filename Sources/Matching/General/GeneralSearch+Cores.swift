extension GeneralSearch {
  /// Decides some requests anew and exactly, while all others keep their choices.
  ///
  /// - Parameters:
  ///   - requests: in increasing order.
  ///   - isWanted: whether one of their options may be chosen.
  /// - Returns: whether the search was complete.
  @discardableResult
  func solveCore(
    _ requests: [Int32], nodeLimit: Int, where isWanted: (Int32) -> Bool
  ) -> Bool {
    let rest = SearchState(model)
    rest.load(best)
    for request in requests where rest.choice[request] >= 0 { rest.remove(rest.choice[request]) }
    let core = GeneralModel(model, requests: requests, where: isWanted, used: { rest.used[$0] })
    guard core.optionCount > 0 else { return true }
    let state = SearchState(core)
    let constant = rest.points - state.points
    let search = CoreSearch(core, known: bestPoints - constant, nodeLimit: nodeLimit, meter)
    search.run(prices: corePrices(core))
    if let found = search.best {
      for option in found where option >= 0 { rest.place(core.sourceOption[Int(option)]) }
      keep(rest.choice.array, rest.points)
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
  func merge(_ elites: [[Int32]], nodeLimit: Int) {
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
    solveCore(requests, nodeLimit: nodeLimit) { isHeld[Int($0)] }
  }

  /// Decides anew what the requests of a few related kept rows get: a random row, and rows that
  /// share requests with it.
  func solveNeighbourhood(size: Int, cut: Double, nodeLimit: Int) {
    let rows = relatedRows(size: size, cut: cut)
    guard !rows.isEmpty else { return }
    var isMember = [Bool](repeating: false, count: model.requestCount)
    for row in rows {
      for place in model.rowStart[row]..<model.rowStart[row + 1] {
        let option = model.useOption[model.rowUses[place]]
        let owner = Int(model.owner[option])
        if best[owner] == option || (best[owner] < 0 && losses[Int(option)] <= cut) {
          isMember[owner] = true
        }
      }
    }
    let requests = (0..<Int32(model.requestCount)).filter { isMember[Int($0)] }
    solveCore(requests, nodeLimit: nodeLimit) { losses[Int($0)] <= cut || best[Int(model.owner[$0])] == $0 }
  }

  private func relatedRows(size: Int, cut: Double) -> Set<Int32> {
    guard model.optionCount > 0 else { return [] }
    var rows: Set<Int32> = []
    var tries = 0
    var option = Int32(random.below(model.optionCount))
    while rows.count < size, tries < 20 * size {
      tries += 1
      guard let use = model.keptUse(of: option) else {
        option = Int32(random.below(model.optionCount))
        continue
      }
      let row = model.useRow[use]
      rows.insert(row)
      // Walk to another option of a request that could use this row.
      let range = model.rowStart[row]..<model.rowStart[row + 1]
      let place = range.lowerBound + Int32(random.below(range.count))
      let neighbour = model.useOption[model.rowUses[place]]
      guard losses[Int(neighbour)] <= cut else { continue }
      let options = model.options(of: model.owner[neighbour]).filter { losses[Int($0)] <= cut }
      if !options.isEmpty { option = options[random.below(options.count)] }
    }
    return rows
  }
}
