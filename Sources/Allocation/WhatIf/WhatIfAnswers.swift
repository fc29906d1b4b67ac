import Matching

/// The answers that a what-if compares.
struct WhatIfAnswers<S: Scenario> {
  let before: RoundResult
  let after: RoundResult
  let overrides: [WhatIf<S>.Override]
  let withdrawn: [StandingOffer]

  init(_ changes: [S.Change], on base: WhatIf<S>.Base) throws {
    let all = try S(changes, on: base)
    let pins = try changes.enumerated().compactMap { place, change -> PinTrial<S>? in
      guard let request = change.pinnedRequest else { return nil }
      return PinTrial(
        place: place, request: request, others: try S(changes, besides: place, on: base))
    }
    withdrawn = all.withdrawn
    let seed = (base.night ?? base.scope).seed
    guard base.night == nil, base.roundID != nil, base.result.isSearched else {
      let nights = try Self.nights(all, base, pins)
      (before, after) = (nights[1], nights[0])
      overrides = try zip(pins, nights.dropFirst(2)).compactMap { pin, without in
        try pin.override(from: without, to: nights[0], seed: seed)
      }
      return
    }
    let comparison = try WhatIfComparison(base)
    let found = try comparison.answer(to: all)
    (before, after) = (comparison.unchanged(offered: found.awards), found.result)
    overrides = try pins.compactMap {
      try $0.override(
        from: try comparison.answer(to: $0.others, offered: found.awards).result, to: found.result,
        seed: seed)
    }
  }

  /// What the night gives with all changes, with none, and with all but each pin.
  private static func nights(
    _ all: S, _ base: WhatIf<S>.Base, _ pins: [PinTrial<S>]
  ) throws -> [RoundResult] {
    let seed = (base.night ?? base.scope).seed
    let unchanged = base.night == nil ? nil : try S([], on: base)
    return try InParallel.map([all, unchanged] + pins.map(\.others)) { scenario in
      guard let scenario else { return base.result }
      return scenario.withdrawn.count > few
        ? try searched(scenario, seed) : try scenario.night(seed: seed)
    }
  }

  /// So many open offers taken back leave a problem that a night solves while people wait.
  private static var few: Int { 16 }

  /// What a limited search finds from the offers that were taken back; what it changes by chance is
  /// undone.
  private static func searched(_ scenario: S, _ seed: String) throws -> RoundResult {
    let known = Dictionary(
      scenario.withdrawn.map { ($0.request.number, RoundResolver.Award($0.option)) },
      uniquingKeysWith: { first, _ in first })
    let resolver = try RoundResolver(try scenario.problem, seed: seed)
    let solution = try resolver.solved(from: resolver.start(from: known))
    return RoundResult(
      resolver.round, solution,
      choices: resolver.nearing(solution.choices, to: known) { $0 >= 0 },
      settled: scenario.settled)
  }
}

/// One pin, and the input with all changes but it.
private struct PinTrial<S: Scenario> {
  let place: Int
  let request: String
  let others: S

  func override(
    from without: RoundResult, to result: RoundResult, seed: String
  ) throws -> WhatIf<S>.Override? {
    guard let award = result.awards[request] else { return nil }
    let round = try others.problem
    return WhatIf<S>.Override(
      change: place, request: request, award: award,
      difference: Difference(from: without, to: result),
      blockingPairs: round.rule == .stable
        ? try round.blockingPairs(of: result.awards, seed: seed) : [])
  }
}

extension RoundResult {
  /// Whether the answer was searched for: then a longer search may better it, and answers are compared
  /// by equal searches only. A stable matching is what it is.
  var isSearched: Bool { status != Solution.Status.stable.rawValue }
}

extension RoundProblem {
  /// Who would rather have each other than what awards give them.
  func blockingPairs(
    of awards: [String: RoundResult.Award], seed: String
  ) throws -> [BlockingPair] {
    let choices = requests.map { request in
      awards[request.number].flatMap { award in
        request.options.firstIndex { RoundResolver.Award($0) == .init(award) }
      }.map { Int32($0) } ?? -1
    }
    return try TwoSidedMarket(self, seed: seed).blockingPairs(of: choices).map { pair in
      BlockingPair(
        request: requests[pair.request].number,
        resource: requests[pair.request].options[pair.option].resource)
    }
  }
}
