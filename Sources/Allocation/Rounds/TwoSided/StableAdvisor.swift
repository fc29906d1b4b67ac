import Matching

/// Finds out why a stable round served a request not: whom the resources that it wanted hold instead,
/// and the smallest change of a score, a rank or a figure with which it would have been served.
///
/// Each change is proved by letting the request enter with it; see ``StableState``.
struct StableAdvisor: RoundAdvisor {
  private let problem: RoundProblem
  private let state: StableState
  private let glossary: Glossary
  /// For requests without options, where ranks do not matter.
  private let noOptions: Advisor

  /// How often a change is enlarged before it is given up: an honest “not found”.
  private static let attempts = 64

  init(decided: DecidedProblem, problem: RoundProblem, seed: String, glossary: Glossary) {
    self.problem = problem
    self.glossary = glossary
    state = StableState(problem, choices: decided.solution.choices, seed: seed)
    noOptions = Advisor(problem: problem, solution: decided.optimal, glossary: glossary)
  }

  func unserved(_ request: Int, _ relaxer: Relaxer) throws -> Unserved {
    let options = problem.requests[request].options
    // Which options win is told by entering with them, not by a score.
    let relaxations = try relaxer(problem.requests[request].number) { _ in nil }
    let score = smallestChange(request, raising: Self.neededScore)
    let change = SmallestChange(
      score: score.map {
        .init(resource: $0.old.resource, score: $0.old.score, needed: $0.new.score)
      }, figures: rankChange(request) + figureChanges(request, relaxations))
    guard !options.isEmpty else {
      return noOptions.unserved(request, change: change)
    }
    let rivals = rivals(of: request)
    let isEmptyRow = rivals.allSatisfy { $0.obstacle.holder == nil }
    let row = rivals.first?.obstacle.row
    let reason: Unserved.Reason =
      isEmptyRow ? row.flatMap { glossary.scarcity[$0.kind] } ?? .capacity : .unstable
    let verdict = StableVerdict(rivals: rivals, change: change, problem: problem)
    return Unserved(
      request: request, reason: reason, row: row?.name, smallestChange: change,
      explanation: Dictionary(
        uniqueKeysWithValues: Language.allCases.map {
          ($0, verdict.text(in: $0, glossary: glossary))
        }))
  }

  /// Who stands before the request at each of its options, those that it wanted most first.
  private func rivals(of request: Int) -> [StableVerdict.Rival] {
    problem.requests[request].options
      .sorted { $0.gradeByRequest < $1.gradeByRequest }
      .compactMap { option in
        state.obstacle(to: option, for: request).map { .init(option: option, obstacle: $0) }
      }
  }

  /// An option, and the same with another score or rank.
  private struct Change {
    let index: Int
    let old: RoundProblem.Option
    let new: RoundProblem.Option
    /// How far the change goes.
    let distance: Int64
  }

  /// The smallest change of one option with which the request is served.
  ///
  /// What the worst holder has must be outdone, for otherwise the matching stays stable and the
  /// request unserved. Where outdoing that one is not enough, the matching that then follows tells
  /// whom to outdo next; so the first change in order of distance that serves is the smallest.
  private func smallestChange(
    _ request: Int, raising: (RoundProblem.Option, Contract) -> (RoundProblem.Option, Int64)?
  ) -> Change? {
    let options = problem.requests[request].options
    func change(_ index: Int, in state: StableState, _ current: RoundProblem.Option) -> Change? {
      guard let holder = state.obstacle(to: current, for: request)?.holder,
        let (new, distance) = raising(current, holder)
      else { return nil }
      return Change(index: index, old: options[index], new: new, distance: distance)
    }
    var open = options.indices.compactMap { change($0, in: state, options[$0]) }
    for _ in 0..<Self.attempts {
      guard let index = open.indices.min(by: { open[$0].distance < open[$1].distance }) else {
        return nil
      }
      let candidate = open.remove(at: index)
      var changed = options
      changed[candidate.index] = candidate.new
      var trial = state
      if trial.enter(request, with: changed) != nil { return candidate }
      if let larger = change(candidate.index, in: trial, candidate.new) { open.append(larger) }
    }
    return nil
  }

  /// One point more than a holder that is graded by score, where the request is too.
  private static func neededScore(
    _ option: RoundProblem.Option, _ holder: Contract
  ) -> (RoundProblem.Option, Int64)? {
    let grade = holder.gradeByResource
    guard option.ranks.byResource == nil, grade.rank == nil, grade.score < .max else { return nil }
    let needed = max(option.score, grade.score) + 1
    return (option.with(score: needed), needed - option.score)
  }

  /// A place on the resource's list before a holder's: the last that is enough.
  private func neededRank(
    _ option: RoundProblem.Option, _ holder: Contract
  ) -> (RoundProblem.Option, Int64)? {
    let rank =
      holder.gradeByResource.rank.map { $0 - 1 } ?? (state.lastRank(at: option.resource) + 1)
    guard rank > 0, option.ranks.byResource.map({ rank < $0 }) ?? true else { return nil }
    return (option.with(rankByResource: rank), -Int64(rank))
  }

  private func rankChange(_ request: Int) -> [SmallestChange.RuleChange] {
    smallestChange(request, raising: neededRank).map { change in
      SmallestChange.RuleChange(
        rule: TwoSidedRule.rankFigure, resource: change.old.resource,
        from: change.old.ranks.byResource.map(String.init) ?? "–",
        to: change.new.ranks.byResource.map(String.init) ?? "–", score: change.new.score,
        needed: nil)
    }.map { [$0] } ?? []
  }

  /// For each rule, in the order of the relaxations, the first change that serves the request.
  private func figureChanges(
    _ request: Int, _ relaxations: [Relaxation]
  ) -> [SmallestChange.RuleChange] {
    var changes: [SmallestChange.RuleChange] = []
    for relaxation in relaxations where !changes.contains(where: { $0.rule == relaxation.rule }) {
      var trial = state
      guard let won = trial.enter(request, with: relaxation.options) else { continue }
      changes.append(
        .init(
          rule: relaxation.rule, resource: won.resource, from: relaxation.from, to: relaxation.to,
          score: won.score, needed: nil))
    }
    return changes
  }
}

extension TwoSidedRule {
  /// The figure of a filed rank, in advice and glossaries.
  static let rankFigure = "rank"
}

extension RoundProblem.Option {
  func with(score: Int64) -> Self {
    Self(
      resource: resource, detail: detail, amount: amount, unit: unit, score: score, uses: uses,
      ranks: ranks)
  }

  func with(rankByResource rank: Int) -> Self {
    Self(
      resource: resource, detail: detail, amount: amount, unit: unit, score: score, uses: uses,
      ranks: .init(byRequest: ranks.byRequest, byResource: rank))
  }
}
