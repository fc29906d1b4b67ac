/// A what-if: stated changes of one round's input, and what they would make different.
///
/// There are three questions (docs/decisions/0013). *The coming night*: what stands after the latest
/// land round is left as it is, and both sides are decided as the next night does. *A day without a round*:
/// likewise, for that day; so is a round that is decided by stability and needs no search. *A night that
/// has been*: base and changed input are both solved from its stored answer, with the same limit of work,
/// so that what differs is the change's doing and not a longer search's.
public struct WhatIf<S: Scenario>: Sendable {
  /// What is changed, and what it gave.
  public struct Base: Sendable {
    public let scope: RoundScope
    /// The stored round; `nil` where the day has none yet and its input was read as it is now.
    public let roundID: Int?
    /// The night that is asked about, where it is the one after the stored round.
    public var night: RoundScope? = nil
    let snapshot: S.Subject.Snapshot
    let policy: Policy
    public let result: RoundResult
    /// What certified the stored round.
    var prices: RoundPrices? = nil
    /// What stands in the coming night.
    var standing: [StandingOffer] = []
  }

  /// The price of an override: what one pin costs everyone together, and whom it displaces.
  public struct Override: Sendable {
    /// Which of the changes, from 0.
    public let change: Int
    /// The request that is pinned.
    public let request: String
    public let award: RoundResult.Award
    /// All changes without this pin, against all changes.
    public let difference: Difference
    /// Requests and resources that would rather have each other than what the pin leaves them; none
    /// where only the total score counts.
    public let blockingPairs: [BlockingPair]

    /// Points that the pin costs: the best without it less the best with it. Below 0 only where the
    /// pin names an area that no round would try, or where the round seeks stability and not points.
    public var cost: Int64 { difference.before.objective - difference.after.objective }

    /// Others who lose what they had, or get something else.
    var displaced: [Difference.Turn] {
      (difference.losses + difference.moves).filter { $0.request != request }
    }
  }

  public let base: Base
  public let changes: [S.Change]
  public let difference: Difference
  public let overrides: [Override]
  /// Offers that stand now and that the changes take back: somebody has to withdraw them first.
  public let withdrawn: [StandingOffer]
  /// Points that searching the unchanged input a little longer adds to the stored round. They are no
  /// effect of the changes, and stand on both sides of the difference.
  public let searchGain: Int64

  /// Computes the answer.
  ///
  /// - Throws: ``FieldFault`` that names the change at fault.
  /// - Complexity: two solves, and one more for each pin.
  public init(_ changes: [S.Change], on base: Base) throws {
    self.base = base
    self.changes = changes
    let answers = try WhatIfAnswers(changes, on: base)
    difference = Difference(from: answers.before, to: answers.after)
    overrides = answers.overrides
    withdrawn = answers.withdrawn
    searchGain = base.night == nil ? answers.before.objective - base.result.objective : 0
  }
}

/// A what-if for land.
public typealias LandWhatIf = WhatIf<LandScenario>

/// A request and a resource that would both rather have each other than what they have.
public struct BlockingPair: Hashable, Sendable {
  public let request: String
  public let resource: String
}

extension WhatIf.Base {
  /// A day's input as it is, solved as the night would.
  public init(
    _ snapshot: S.Subject.Snapshot, scope: RoundScope, policy: Policy, roundID: Int? = nil
  ) throws {
    self.init(
      scope: scope, roundID: roundID, snapshot: snapshot, policy: policy,
      result: try S(snapshot, policy: policy).night(seed: scope.seed))
  }
}
