extension GeneralModel {
  /// Leaves out what cannot matter: options that never fit, requests without options, and rows that
  /// can never bind. Dominated options stay: a packing may hold two options of one request, and the
  /// prices must speak of all that the certificate will see.
  ///
  /// - Complexity: O(uses · uses of an option + rows log rows).
  convenience init(_ problem: Problem) {
    let alive = GeneralPresolve.survivors(problem)
    let isNeeded = GeneralPresolve.neededRows(problem, alive)
    self.init(problem, alive, isNeeded, kept: KeptRows(problem, alive, isNeeded).choose())
  }

  /// The options in `alive` and the rows in `isNeeded`.
  convenience init(_ problem: Problem, _ alive: [Bool], _ isNeeded: [Bool], kept: [Bool]) {
    var draft = ModelDraft()
    var place = [Int32](repeating: -1, count: problem.rowCount)
    for (index, row) in problem.rows.enumerated() where isNeeded[index] {
      place[index] = Int32(draft.upper.count)
      draft.addRow(
        source: Int32(index), upper: row.upper, lower: row.penalty > 0 ? row.lower : 0,
        penalty: row.penalty, isKept: kept[index])
    }
    for request in 0..<problem.requestCount {
      let options = problem.options(of: request).filter { alive[$0] }
      guard !options.isEmpty else { continue }
      for option in options {
        let uses = problem.useRange(of: option).filter { isNeeded[Int(problem.useRows[$0])] }
        let (first, rest) = (
          uses.filter { kept[Int(problem.useRows[$0])] },
          uses.filter { !kept[Int(problem.useRows[$0])] }
        )
        for use in first + rest {
          draft.addUse(row: place[Int(problem.useRows[use])], amount: problem.amount(ofUse: use))
        }
        draft.closeOption(source: Int32(option), score: problem.scores[option])
      }
      draft.closeRequest(source: Int32(request))
    }
    self.init(draft)
  }

  /// The rest of a model when every other request keeps its choice.
  ///
  /// - Parameters:
  ///   - requests: what may still be decided.
  ///   - options: whether an option of these requests may be chosen.
  ///   - used: the units of each row that the other requests use.
  convenience init(
    _ model: GeneralModel, requests: [Int32], where isWanted: (Int32) -> Bool,
    used: (Int32) -> Int64
  ) {
    var draft = ModelDraft()
    var place: [Int32: Int32] = [:]
    for request in requests {
      let first = draft.score.count
      for option in model.options(of: request) where isWanted(option) {
        let uses = model.uses(of: option)
        let fits = uses.allSatisfy {
          model.useAmount[$0] <= model.upper[model.useRow[$0]] - used(model.useRow[$0])
        }
        guard fits else { continue }
        for use in uses {
          let row = model.useRow[use]
          if place[row] == nil {
            place[row] = Int32(draft.upper.count)
            draft.addRow(
              source: row, upper: model.upper[row] - used(row),
              lower: model.lower[row] - used(row), penalty: model.penalty[row],
              isKept: model.isKept[row])
          }
          draft.addUse(row: place[row] ?? 0, amount: model.useAmount[use])
        }
        draft.closeOption(source: option, score: model.score[option])
      }
      if draft.score.count > first { draft.closeRequest(source: request) }
    }
    self.init(draft)
  }
}

extension GeneralModel {
  /// Choices inside each request of the problem this model was made from, as options of the model.
  func choices(of problem: Problem, from start: [Int32]) -> [Int32] {
    sourceRequest.enumerated().map { place, request in
      let choice = start[Int(request)]
      guard choice >= 0 else { return -1 }
      let chosen = problem.optionStart[Int(request)] + choice
      return options(of: Int32(place)).first { sourceOption[Int($0)] == chosen } ?? -1
    }
  }
}

/// What can be left out before anything is searched.
enum GeneralPresolve {
  /// Whether each option fits into what its rows hold.
  static func survivors(_ problem: Problem) -> [Bool] {
    (0..<problem.optionCount).map { option in
      problem.useRange(of: option).allSatisfy {
        problem.amount(ofUse: $0) <= problem.rows[Int(problem.useRows[$0])].upper
      }
    }
  }

  /// Whether each row can bind: requests together can pass its upper bound, or it wishes for use.
  static func neededRows(_ problem: Problem, _ alive: [Bool]) -> [Bool] {
    var most = [Int64](repeating: 0, count: problem.rowCount)
    var own = most
    for request in 0..<problem.requestCount {
      let uses = problem.options(of: request).lazy.filter { alive[$0] }
        .flatMap { problem.useRange(of: $0) }
      for use in uses {
        let row = Int(problem.useRows[use])
        own[row] = max(own[row], problem.amount(ofUse: use))
      }
      for use in uses {
        let row = Int(problem.useRows[use])
        most[row] += own[row]
        own[row] = 0
      }
    }
    return problem.rows.enumerated().map { index, row in
      most[index] > row.upper || (row.effectivePenalty > 0 && most[index] > 0)
    }
  }
}
