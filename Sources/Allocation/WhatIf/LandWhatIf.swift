/// A what-if for land: stated changes of one round's input, and what they would make different.
///
/// The changed input is solved exactly as a night solves its own, from the same seed. So the answer
/// is the round that a night of that day would compute, were the changes in the data.
public struct LandWhatIf: Sendable {
  /// What is changed, and what it gave.
  public struct Base: Sendable {
    public let scope: RoundScope
    /// The stored round; `nil` where the day has none yet and its input was read as it is now.
    public let roundID: Int?
    let snapshot: LandSnapshot
    let policy: Policy
    public let result: RoundResult
  }

  /// The price of an override: what one pin costs everyone together, and whom it displaces.
  public struct Override: Sendable {
    /// Which of the changes, from 0.
    public let change: Int
    public let pin: LandChange.Pin
    public let award: RoundResult.Award
    /// All changes without this pin, against all changes.
    public let difference: Difference

    /// Points that the pin costs: the best without it less the best with it. Below 0 where the best
    /// without it was not found.
    public var cost: Int64 { difference.before.objective - difference.after.objective }
  }

  public let base: Base
  public let changes: [LandChange]
  public let difference: Difference
  public let overrides: [Override]

  /// Computes the answer.
  ///
  /// - Throws: ``WhatIfError`` that names the change at fault.
  /// - Complexity: one solve, and one more for each pin.
  public init(_ changes: [LandChange], on base: Base) throws {
    self.base = base
    self.changes = changes
    let result = try Self.result(of: changes, on: base)
    difference = Difference(from: base.result, to: result)
    overrides = try changes.enumerated().compactMap { place, change in
      guard case .pin(let pin) = change, let award = result.awards[pin.request] else { return nil }
      let others = changes.enumerated().filter { $0.offset != place }.map(\.element)
      let without = try others.isEmpty ? base.result : Self.result(of: others, on: base)
      return Override(
        change: place, pin: pin, award: award, difference: Difference(from: without, to: result))
    }
  }

  private static func result(of changes: [LandChange], on base: Base) throws -> RoundResult {
    var scenario = LandScenario(base.snapshot, policy: base.policy)
    for (place, change) in changes.enumerated() {
      do {
        try scenario.apply(change)
      } catch let error as WhatIfError {
        throw error.inside("changes[\(place)]")
      }
    }
    return try scenario.result(seed: base.scope.seed)
  }
}

extension LandScenario {
  /// Solves the changed input as a night would.
  func result(seed: String) throws -> RoundResult {
    let problem = try Land.problem(of: snapshot, policy: policy)
    return RoundResult(
      problem, try problem.solved(seed: seed).solution,
      settled: pinned.map { pinned in
        let request = RoundProblem.Request(
          number: pinned.request.number, uscc: pinned.request.uscc,
          enterprise: pinned.request.enterprise, options: [pinned.option], refusals: [])
        return (request, pinned.option)
      })
  }
}

extension LandWhatIf.Base {
  /// A day's input as it is, solved as the night would.
  public init(_ snapshot: LandSnapshot, scope: RoundScope, policy: Policy) throws {
    self.init(
      scope: scope, roundID: nil, snapshot: snapshot, policy: policy,
      result: try LandScenario(snapshot, policy: policy).result(seed: scope.seed))
  }
}
