import Matching
public import Postgres

/// One stated change of a round's input.
public protocol StatedChange: Hashable, Sendable {
  /// The request that the change may serve, if it is about one.
  var beneficiary: String? { get }
  /// The request that the change brings to a resource, whatever the round would choose: a pin.
  var pinnedRequest: String? { get }
  /// Whether scores are measured otherwise after it.
  var isOfPolicy: Bool { get }
}

/// A mechanism's round while stated changes are applied to its input, in their order: what one has
/// changed, the next finds changed.
///
/// A pin is applied as the decision that it stands for: the request leaves the round, and what it
/// takes is no longer free. So the same changes made in the data give the same input, and the same
/// round.
public protocol Scenario: Sendable {
  associatedtype Subject: Mechanism
  associatedtype Change: StatedChange

  init(_ snapshot: Subject.Snapshot, policy: Policy) throws

  /// Applies one change.
  ///
  /// - Throws: ``FieldFault`` that names the field of the change.
  mutating func apply(_ change: Change) throws

  /// What to change when nothing but the latest round is named: by default `nil`, that round's own
  /// input.
  static func coming(
    after round: Int, _ scope: RoundScope, from connection: Connection
  ) async throws -> WhatIf<Self>.Base?

  /// The changed input's problem, to be solved and not explained.
  var problem: RoundProblem { get throws }
  /// What has been given before the round, and counts with it: by pins, or by offers that stand.
  var settled: [SettledRequest] { get }
  /// Offers that stand until a change takes them back; see ``LandScenario``.
  mutating func stand(_ offers: [StandingOffer])
  /// Standing offers that changes have taken back, in their order.
  var withdrawn: [StandingOffer] { get }
  /// Requests that changes speak of, in the order of the changes: whom a change is to help is tried
  /// first.
  var touched: [String] { get set }
}

/// A request that has its option before the round: by a pin, or by an offer that stands.
public struct SettledRequest: Sendable {
  let request: RoundProblem.Request
  let option: RoundProblem.Option
}

extension Scenario {
  public mutating func stand(_ offers: [StandingOffer]) {}
  public var withdrawn: [StandingOffer] { [] }

  public static func coming(
    after round: Int, _ scope: RoundScope, from connection: Connection
  ) async throws -> WhatIf<Self>.Base? { nil }

  /// Applies changes to a base's input.
  ///
  /// - Parameter besides: a change that is left out, by its place.
  /// - Throws: ``FieldFault`` that names the change and its field.
  init(_ changes: [Change], besides: Int? = nil, on base: WhatIf<Self>.Base) throws {
    try self.init(base.snapshot, policy: base.policy)
    stand(base.standing)
    for (place, change) in changes.enumerated() where place != besides {
      do {
        try applyTouching(change)
      } catch let error as FieldFault {
        throw error.inside("changes[\(place)]")
      }
    }
  }

  /// Applies one change and notes whom it may serve.
  mutating func applyTouching(_ change: Change) throws {
    try apply(change)
    if let request = change.beneficiary { touched.append(request) }
  }

  /// Decides the changed input as a night would.
  func night(seed: String) throws -> RoundResult {
    let round = try problem
    let solution = try round.decided(seed: seed).solution
    return RoundResult(round, solution, choices: solution.choices, settled: settled)
  }
}
