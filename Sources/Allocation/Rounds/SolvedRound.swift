public import Matching
import Postgres

/// A round after the engine has spoken, before it is stored.
public struct SolvedRound: Sendable {
  public let scope: RoundScope
  public let policyVersion: Int
  /// Until when offers of the round may be answered.
  public let deadline: Deadline
  public let seed: String
  /// SHA-256 of everything the round depends on.
  public let inputDigest: String
  /// The snapshot from which the round was computed, as JSON.
  let snapshot: JSONText
  public let problem: RoundProblem
  public let solution: Solution
  /// Why each unserved request got nothing, in the order of requests.
  public let unserved: [Unserved]
  /// Wall time of the engine.
  public let solveTime: Duration
  /// Of a two-sided round what each rule gives.
  public var matchings: [RoundMatching] = []

  /// Options of all requests.
  var optionCount: Int { problem.requests.reduce(0) { $0 + $1.options.count } }

  /// The option chosen for a request.
  func choice(_ request: Int) -> RoundProblem.Option? {
    let choice = Int(solution.choices[request])
    return choice < 0 ? nil : problem.requests[request].options[choice]
  }
}

extension SolvedRound {
  /// Solves a snapshot: the pure heart of a round.
  ///
  /// - Parameter clock: measures the engine; its reading is reported and decides nothing.
  static func solve<M: Mechanism>(
    _ mechanism: M.Type, _ snapshot: M.Snapshot, scope: RoundScope, policy: Policy,
    calendar: WorkingCalendar, clock: any Clock<Duration>
  ) throws -> SolvedRound {
    let deadline = try Deadline(of: scope, policy: policy, calendar: calendar)
    let problem = try M.problem(of: snapshot, policy: policy)
    let (decided, time) = try measured(clock) { try problem.decided(seed: scope.seed) }
    let solution = decided.solution
    let advisor: any RoundAdvisor =
      solution.status == .stable
      ? StableAdvisor(
        decided: decided, problem: problem, seed: scope.seed, glossary: M.glossary)
      : Advisor(problem: problem, solution: solution, glossary: M.glossary)
    let relaxer = try M.relaxer(in: snapshot, policy: policy)
    let unserved = try problem.requests.indices.filter { solution.choices[$0] < 0 }.map { request in
      try advisor.unserved(request, relaxer)
    }
    return SolvedRound(
      scope: scope, policyVersion: policy.version, deadline: deadline, seed: scope.seed,
      inputDigest: inputDigest(
        M.self, snapshot, scope: scope, policy: policy, deadline: deadline),
      snapshot: try snapshot.json(), problem: problem, solution: solution, unserved: unserved,
      solveTime: time, matchings: decided.matchings)
  }

  /// The digest of a round's input: its scope, its seed, its policy, what the calendar says of its
  /// deadline, and its snapshot.
  static func inputDigest<M: Mechanism>(
    _ mechanism: M.Type, _ snapshot: M.Snapshot, scope: RoundScope, policy: Policy,
    deadline: Deadline
  ) -> String {
    var text = CanonicalText()
    text.append(
      "round", [scope.mechanism.rawValue, scope.jurisdiction, "\(scope.businessDate)", scope.seed])
    policy.append(to: &text, mechanism: scope.mechanism)
    text.append("deadline", ["\(deadline.day)", "\(deadline.isProvisional)"])
    snapshot.append(to: &text)
    return text.digest
  }

  static func measured<R>(
    _ clock: any Clock<Duration>, _ body: () throws -> R
  ) rethrows -> (R, Duration) {
    func run<C: Clock<Duration>>(_ clock: C) throws -> (R, Duration) {
      let start = clock.now
      let result = try body()
      return (result, start.duration(to: clock.now))
    }
    return try run(clock)
  }
}
