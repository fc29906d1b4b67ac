public import Postgres

/// Who changes something, and why: what every change has to say before it may happen.
public struct Cause: Hashable, Sendable {
  /// The person, department or program that acts.
  public let actor: String
  /// What made them act: a file, a date, a document number.
  public let reason: String
  /// What is done, in one word or two.
  public let action: String

  public init(actor: String, reason: String, action: String) {
    self.actor = actor
    self.reason = reason
    self.action = action
  }
}

extension Connection {
  /// Opens the transaction's audit event. Every write to a watched table needs one, and the event
  /// seals itself when the transaction commits; see `sql/migrations/0001_foundation.sql`.
  ///
  /// - Parameters:
  ///   - cause: who acts, and why.
  ///   - effectiveAt: from when the new values count as known; the database's clock if `nil`.
  /// - Throws: ``PostgresError``; that an event is open already, the next statement tells.
  public func beginEvent(_ cause: Cause, effectiveAt: Timestamp? = nil) async throws {
    try sendAhead(
      """
      SELECT audit.begin(\(cause.actor)::text, \(cause.reason)::text, \(cause.action)::text,
        \(effectiveAt)::timestamptz)
      """)
  }
}
