import Matching

/// Solves changed inputs so that they can be compared with the unchanged one: from the stored
/// round's answer, with the same limit of work.
struct WhatIfComparison<S: Scenario>: Sendable {
  typealias Award = RoundResolver.Award

  /// What a changed input gave.
  struct Found {
    let awards: [String: Award]
    let result: RoundResult
  }

  private let seed: String
  private let prices: RoundPrices?
  fileprivate let resolver: RoundResolver
  private let solution: Solution
  /// What the unchanged input gives.
  private let known: [String: Award]

  init(_ base: WhatIf<S>.Base) throws {
    (seed, prices) = (base.scope.seed, base.prices)
    let scenario = try S(base.snapshot, policy: base.policy)
    resolver = try RoundResolver(try scenario.problem, seed: seed)
    let stored = base.result.awards.mapValues { Award($0) }
    solution = try resolver.solved(from: resolver.start(from: stored))
    // Equals of the stored answer are no news.
    known = resolver.awards(of: resolver.nearing(solution.choices, to: stored) { $0 >= 0 })
  }

  /// Exchanges on the unchanged input's answer.
  var exchanges: Exchanges { Exchanges(resolver.round, choices: resolver.start(from: known)) }

  /// Solves a changed input from the known answer.
  ///
  /// - Parameter offered: another answer that it may start from.
  func answer(to changed: S, offered: [String: Award] = [:]) throws -> Found {
    let resolver = try RoundResolver(try changed.problem, seed: seed)
    let (solution, choices) = try solve(resolver, touched: changed.touched, offered)
    let settled = changed.settled.map { ($0.request.number, Award($0.option)) }
    return Found(
      awards: resolver.awards(of: choices).merging(settled) { $1 },
      result: RoundResult(
        resolver.round, solution, choices: choices, bound: resolver.bound(by: prices),
        settled: changed.settled))
  }

  fileprivate func solve(
    _ resolver: RoundResolver, touched: [String], _ offered: [String: Award]
  ) throws -> (solution: Solution, choices: [Int32]) {
    let starts =
      [known, offered].map { resolver.start(from: $0) }
      + touched.map { resolver.start(from: known, favouring: $0) }
    let start = starts.dropFirst().reduce(starts[0]) {
      resolver.points(of: $1) > resolver.points(of: $0) ? $1 : $0
    }
    let solution = try resolver.solved(from: start)
    return (solution, resolver.nearing(solution.choices, to: known) { $0 >= 0 })
  }

  /// The unchanged input's answer, with whatever exchanges of a changed one's add to it: what was
  /// found there by chance is no effect of the change.
  func unchanged(offered: [String: Award]) -> RoundResult {
    let start = resolver.start(from: known)
    return RoundResult(
      resolver.round, solution, choices: resolver.nearing(start, to: offered) { $0 > 0 },
      bound: resolver.bound(by: prices))
  }
}

extension WhatIfComparison<LandScenario> {
  /// What a request gets after a change of its own figures alone: as ``answer(to:offered:)`` has it,
  /// without reading all other requests again.
  func award(of number: String, in changed: LandScenario) throws -> RoundResult.Award? {
    guard let request = changed.snapshot.requests.first(where: { $0.number == number }) else {
      return nil
    }
    let own = try LandOptions(changed.snapshot, policy: changed.policy).bareRequest(request)
    guard !own.options.isEmpty else { return nil }
    let resolver = try resolver.replacing(own)
    let choices = try solve(resolver, touched: changed.touched, [:]).choices
    return zip(resolver.round.requests, choices).first { $0.0.number == number && $0.1 >= 0 }
      .map { RoundResult.Award($0.options[Int($1)]) }
  }
}
