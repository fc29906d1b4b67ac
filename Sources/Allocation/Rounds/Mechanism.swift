public import Postgres

/// One mechanism: what it reads, and how that becomes a round's problem.
///
/// A mechanism is one folder with the same rooms each time: its records, its eligibility and score,
/// its options and rows, its store. Everything after the problem — solving, certifying, storing,
/// explaining, offering — is shared.
public protocol Mechanism: Sendable {
  /// Everything a round depends on, read once.
  associatedtype Snapshot: RoundSnapshot

  static var name: MechanismName { get }

  /// Reads the snapshot of a round. The caller has opened one REPEATABLE READ transaction.
  static func snapshot(in scope: RoundScope, from connection: Connection) async throws -> Snapshot

  /// Turns a snapshot into a problem: a pure function, the same on every machine.
  static func problem(of snapshot: Snapshot, policy: Policy) throws -> RoundProblem

  /// For a request, each change of exactly one of its own figures that would give it more options
  /// or better ones, the smallest changes of a figure first.
  static func relaxations(
    of request: String, in snapshot: Snapshot, policy: Policy
  ) throws -> [Relaxation]

  /// The same for all requests of a snapshot; by default ``relaxations(of:in:policy:)`` for each.
  static func relaxer(in snapshot: Snapshot, policy: Policy) throws -> Relaxer

  /// What dates alone bring about in the mechanism: reminders, flags, periods that end. A night does
  /// it before its snapshot, in one transaction with an open audit event. Done twice, it changes
  /// nothing.
  ///
  /// - Returns: what a date should have moved and a rule of the database refused. The rest has moved.
  @discardableResult
  static func nightlyWork(
    in scope: RoundScope, on connection: Connection
  ) async throws -> [RefusedMove]

  /// The department that answers for an option, by its code; `nil` for the office itself.
  static func department(of option: RoundProblem.Option) -> String?

  /// The detail of an option that names what is given with the resource: the institution post with a
  /// host post. By default `nil`: the resource says all.
  static var companionField: String? { get }

  /// What the mechanism's rules, rows and resources are called.
  static var glossary: Glossary { get }
}

extension Mechanism {
  public static func relaxer(in snapshot: Snapshot, policy: Policy) throws -> Relaxer {
    { request, _ in try relaxations(of: request, in: snapshot, policy: policy) }
  }

  public static var companionField: String? { nil }

  /// Nothing.
  @discardableResult
  public static func nightlyWork(
    in scope: RoundScope, on connection: Connection
  ) async throws -> [RefusedMove] { [] }
}
