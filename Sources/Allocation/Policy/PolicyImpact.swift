import Matching
public import Postgres

/// What a version of the policy would have made of a stored round.
///
/// Old and new policy are both solved from the stored round's answer with the same limit of work, as a
/// what-if is (docs/decisions/0013), so that what differs is the policy's doing. A two-sided round is
/// decided by the new policy's rule and compared with what is stored: both are exact.
public struct PolicyImpact: Sendable {
  public let scope: RoundScope
  public let roundID: Int
  /// The version with which the round was computed.
  public let policyVersion: Int
  /// Whether any parameter of the mechanism differs; otherwise nothing was solved.
  public let isAffected: Bool
  /// Points that the stored answer has under the version: what the version gains is more than that.
  /// The objectives before and after are measured by two policies, and do not compare.
  public let kept: Int64
  public let difference: Difference
}

/// A stored round, read and ready to be solved without the database.
public struct PolicyTrial: Sendable {
  let solve: @Sendable () throws -> PolicyImpact

  /// Computes the answer.
  ///
  /// - Complexity: two solves with a limit of work; a two-sided round is one exact solve.
  public func impact() throws -> PolicyImpact { try solve() }
}

extension PolicyTrial {
  /// Reads what the last nightly round of a mechanism needs to be solved again.
  ///
  /// - Parameters:
  ///   - id: a stored round.
  ///   - version: the policy to try.
  /// - Throws: ``RoundError/notFound(_:)``, ``PostgresError``.
  public static func load(
    round id: Int, under version: Int, from connection: Connection
  ) async throws -> PolicyTrial {
    let rounds = try await connection.query(
      """
      SELECT mechanism::text, jurisdiction, business_date, policy_version::bigint
      FROM allocation.round WHERE round_id = \(id)
      """
    ).decode(String.self, String.self, DateOnly.self, Int.self)
    guard let (word, place, day, used) = rounds.first,
      let mechanism = Night.mechanisms.first(where: { $0.name.rawValue == word })
    else { throw RoundError.notFound("there is no round \(id)") }
    let stored = Stored(
      id: id, scope: RoundScope(mechanism: mechanism.name, jurisdiction: place, businessDate: day),
      policy: try await Policy.load(used, from: connection),
      result: try await RoundResult.load(id, from: connection))
    return try await trial(
      mechanism, stored, try await Policy.load(version, from: connection), connection)
  }

  fileprivate struct Stored: Sendable {
    let id: Int
    let scope: RoundScope
    let policy: Policy
    let result: RoundResult
  }

  private static func trial<M: Mechanism>(
    _ mechanism: M.Type, _ stored: Stored, _ policy: Policy, _ connection: Connection
  ) async throws -> PolicyTrial {
    guard policy.differs(from: stored.policy, in: M.name) else {
      return PolicyTrial { stored.impact(isAffected: false, kept: stored.result.objective, nil) }
    }
    let snapshot = try await M.Snapshot.load(of: stored.id, from: connection)
    return PolicyTrial {
      try stored.impact(
        before: try M.problem(of: snapshot, policy: stored.policy),
        after: try M.problem(of: snapshot, policy: policy))
    }
  }
}

extension PolicyTrial.Stored {
  fileprivate func impact(
    isAffected: Bool, kept: Int64, _ difference: Difference?
  ) -> PolicyImpact {
    PolicyImpact(
      scope: scope, roundID: id, policyVersion: policy.version, isAffected: isAffected, kept: kept,
      difference: difference ?? Difference(from: result, to: result))
  }

  fileprivate func impact(before: RoundProblem, after: RoundProblem) throws -> PolicyImpact {
    let stored = result.awards.mapValues { RoundResolver.Award($0) }
    let changed = try RoundResolver(after, seed: scope.seed)
    let kept = changed.points(of: changed.start(from: stored))
    guard after.rule == nil else {
      let solution = try after.decided(seed: scope.seed).solution
      let answer = changed.result(solution, choices: solution.choices)
      return impact(isAffected: true, kept: kept, Difference(from: result, to: answer))
    }
    let unchanged = try RoundResolver(before, seed: scope.seed)
    let old = try unchanged.solved(from: unchanged.start(from: stored))
    let oldChoices = unchanged.nearing(old.choices, to: stored) { $0 >= 0 }
    let known = unchanged.awards(of: oldChoices)
    let new = try changed.solved(from: changed.start(from: known))
    let newChoices = changed.nearing(new.choices, to: known) { $0 >= 0 }
    return impact(
      isAffected: true, kept: kept,
      Difference(
        from: unchanged.result(old, choices: oldChoices),
        to: changed.result(new, choices: newChoices)))
  }
}

extension Policy {
  /// Whether anything that a mechanism's rounds depend on is otherwise.
  fileprivate func differs(from other: Policy, in mechanism: MechanismName) -> Bool {
    var (own, others) = (CanonicalText(), CanonicalText())
    append(to: &own, mechanism: mechanism)
    other.append(to: &others, mechanism: mechanism)
    return own.digest != others.digest
  }
}
