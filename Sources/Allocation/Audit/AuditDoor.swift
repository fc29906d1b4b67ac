public import Postgres

/// How a desk's entry goes through the audit door: in a transaction and an event of its own, or
/// inside those of whoever calls the desk.
public enum AuditDoor: Sendable {
  /// Each entry is one transaction with one audit event.
  case own(Pool)
  /// The transaction and its audit event are open already; an entry that fails leaves them as they
  /// were before it.
  case open(Connection)

  /// Runs an entry; inside an open transaction it is a savepoint.
  func transaction<R: Sendable>(
    _ body: @Sendable (Connection) async throws -> R
  ) async throws -> R {
    switch self {
    case .own(let pool): try await pool.transaction { try await body($0) }
    case .open(let connection): try await connection.transaction { try await body($0) }
    }
  }

  /// Reads before the entry, where that is not to hold a transaction of its own open.
  func withConnection<R: Sendable>(
    _ body: @Sendable (Connection) async throws -> R
  ) async throws -> R {
    switch self {
    case .own(let pool): try await pool.withConnection { try await body($0) }
    case .open(let connection): try await body(connection)
    }
  }

  /// Begins the entry's audit event, unless one is open.
  func begin(_ cause: Cause, on connection: Connection) async throws {
    if case .own = self { try await connection.beginEvent(cause) }
  }
}
