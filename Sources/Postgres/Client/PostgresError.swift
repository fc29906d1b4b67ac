/// What went wrong between us and the server.
///
/// ``description`` names the kind, the SQLSTATE and the schema objects, never data: it may be
/// logged. ``debugDescription`` adds the server's message, detail, hint and the SQL text, which can
/// quote values. Parameter values are in neither.
public struct PostgresError: Error, Sendable {
  /// What kind of failure; open for more, so switch with a `default`.
  public struct Kind: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// The server refused a statement; ``PostgresError/sqlState`` tells why.
    public static let server = Kind(description: "server error")
    /// The connection broke while in use. What was under way may or may not have happened.
    public static let connectionLost = Kind(description: "connection lost")
    /// No connection could be made: the server is away, full, starting or stopping.
    public static let unavailable = Kind(description: "database unavailable")
    /// The server is there but refuses us: password, role, database name.
    public static let connectionRefused = Kind(description: "connection refused")
    /// A cell could not be read as the type asked for.
    public static let decoding = Kind(description: "decoding failed")
    /// A value has no form as its parameter's or column's type.
    public static let encoding = Kind(description: "encoding failed")
    /// No connection became free in time.
    public static let leaseTimeout = Kind(description: "no free connection in time")
    /// The pool or the connection is closed.
    public static let closed = Kind(description: "closed")
    /// The connection is in use by another call; a connection does one thing at a time.
    public static let busy = Kind(description: "connection is busy")
    /// The caller's mistake: parameters where none can be, a wrong setting.
    public static let misuse = Kind(description: "misuse")
    /// Migrations and the database do not fit together.
    public static let migration = Kind(description: "migration refused")
    /// The private server could not be started.
    public static let privateServer = Kind(description: "private server")
  }

  public var kind: Kind
  /// What happened. From the server it may quote data; from this client it never does.
  public var message: String
  /// The five characters of the server's error code, such as `23505`.
  public var sqlState: String?
  public var detail: String?
  public var hint: String?
  public var schema: String?
  public var table: String?
  public var column: String?
  public var constraint: String?
  /// The SQL text with `$n` in the place of values.
  public var statement: String?
  /// Where in our code the call stands.
  public var callSite: CallSite?
  /// Row number from 0, for decoding errors.
  public var row: Int?

  public init(_ kind: Kind, _ message: String, callSite: CallSite? = nil) {
    self.kind = kind
    self.message = message
    self.callSite = callSite
  }
}

/// A place in the source: module and file, line.
public struct CallSite: Hashable, Sendable, CustomStringConvertible {
  public let fileID: String
  public let line: Int

  @inlinable
  public init(fileID: String = #fileID, line: Int = #line) {
    self.fileID = fileID
    self.line = line
  }

  public var description: String { "\(fileID):\(line)" }
}

extension PostgresError {
  /// The server is away or the connection broke: the command should exit with 75.
  public var isUnavailable: Bool {
    kind == .connectionLost || kind == .unavailable || kind == .leaseTimeout
  }

  /// The same call may succeed later, unchanged: unavailability, serialisation failures, deadlocks,
  /// locks not obtained, statements cancelled by a time limit.
  public var isTransient: Bool {
    isUnavailable || isRetryable || ["55P03", "57014", "53300"].contains(sqlState)
  }

  /// A transaction that failed so may simply be run again: serialisation failure, deadlock, or a
  /// prepared plan overtaken by a schema change.
  public var isRetryable: Bool {
    sqlState == "40001" || sqlState == "40P01" || isStalePlan
  }

  /// "cached plan must not change result type", or a prepared statement that is gone.
  var isStalePlan: Bool {
    sqlState == "26000" || (sqlState == "0A000" && message.contains("cached plan"))
  }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
  public var description: String {
    var text = kind.description
    if let sqlState {
      text += " \(sqlState)" + (Self.conditions[sqlState].map { " (\($0))" } ?? "")
    }
    if kind != .server, sqlState == nil { text += ": \(message)" }
    if let constraint { text += ", constraint \(constraint)" }
    if let table { text += ", table \(table)" }
    if let column { text += ", column \(column)" }
    if let row { text += ", row \(row)" }
    if let callSite { text += " at \(callSite)" }
    return text
  }

  public var debugDescription: String {
    let more: [(String, String?)] = [
      ("message", message), ("detail", detail), ("hint", hint), ("schema", schema),
      ("statement", statement),
    ]
    return more.reduce(description) { text, field in
      field.1.map { "\(text)\n  \(field.0): \($0)" } ?? text
    }
  }

  /// The conditions an operator meets most, by SQLSTATE.
  private static let conditions: [String: String] = [
    "22001": "string too long", "22003": "number out of range", "22P02": "invalid text",
    "23502": "not null violated", "23503": "foreign key violated", "23505": "unique violated",
    "23514": "check violated", "23P01": "exclusion violated", "25006": "read-only transaction",
    "28P01": "invalid password", "3D000": "no such database", "40001": "serialisation failure",
    "40P01": "deadlock", "42501": "insufficient privilege", "42601": "syntax error",
    "42703": "no such column", "42P01": "no such table", "53300": "too many connections",
    "55P03": "lock not available", "57014": "cancelled", "57P01": "server shutting down",
    "57P03": "server not ready", "P0001": "raised by the database",
  ]
}
