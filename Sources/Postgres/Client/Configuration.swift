/// Where the database is and how sessions there are set up.
public struct Configuration: Sendable {
  /// libpq connection parameters by keyword: `host`, `port`, `user`, `dbname`, `password`, …
  /// What is missing, libpq takes from its environment variables and defaults.
  public var parameters: [String: String]
  /// The role each session takes on after it has logged in; `nil` stays with the login role.
  public var role: String?
  /// Server settings of each session, such as `TimeZone` or `statement_timeout`.
  public var settings: [String: String]
  /// How long one attempt to connect may take.
  public var connectTimeout: Duration

  public init(
    parameters: [String: String] = [:], role: String? = nil, settings: [String: String] = [:],
    connectTimeout: Duration = .seconds(10)
  ) {
    self.parameters = parameters
    self.role = role
    self.settings = settings
    self.connectTimeout = connectTimeout
  }

  /// The database that the environment names: `DATABASE_URL=postgres://…`, else libpq's own
  /// variables, which libpq reads by itself.
  ///
  /// - Throws: ``PostgresError`` when `DATABASE_URL` is no PostgreSQL address.
  public init(environment: [String: String]) throws {
    self.init()
    if let address = environment["DATABASE_URL"], !address.isEmpty {
      parameters = try Self.parse(address: address)
    } else {
      parameters = Self.parameters(libpq: environment)
    }
  }

  /// Whether the environment names a database at all; otherwise a ``PrivateServer`` is called for.
  public static func isGiven(in environment: [String: String]) -> Bool {
    let names = [
      "DATABASE_URL", "PGHOST", "PGHOSTADDR", "PGSERVICE", "PGPORT", "PGDATABASE", "PGUSER",
    ]
    return names.contains { environment[$0]?.isEmpty == false }
  }
}

extension Configuration {
  /// The same server, another database.
  public func database(_ name: String) -> Configuration {
    var copy = self
    copy.parameters["dbname"] = name
    return copy
  }

  /// The same with another session role.
  public func role(_ name: String?) -> Configuration {
    var copy = self
    copy.role = name
    return copy
  }

  /// The libpq variables that this client passes on by hand, so that an injected environment is
  /// honoured as the process's own would be.
  private static let variables: [String: String] = [
    "PGHOST": "host", "PGHOSTADDR": "hostaddr", "PGPORT": "port", "PGDATABASE": "dbname",
    "PGUSER": "user", "PGPASSWORD": "password", "PGPASSFILE": "passfile", "PGSERVICE": "service",
    "PGSSLMODE": "sslmode", "PGSSLCERT": "sslcert", "PGSSLKEY": "sslkey",
    "PGSSLROOTCERT": "sslrootcert", "PGAPPNAME": "application_name", "PGOPTIONS": "options",
    "PGCHANNELBINDING": "channel_binding", "PGTARGETSESSIONATTRS": "target_session_attrs",
  ]

  /// The same as variables, for a program that is started on this database.
  public var libpqEnvironment: [String: String] {
    var result: [String: String] = [:]
    for (variable, keyword) in Self.variables {
      if let value = parameters[keyword] { result[variable] = value }
    }
    return result
  }

  private static func parameters(libpq environment: [String: String]) -> [String: String] {
    var result: [String: String] = [:]
    for (variable, keyword) in variables {
      if let value = environment[variable], !value.isEmpty { result[keyword] = value }
    }
    return result
  }
}

extension Configuration: CustomStringConvertible, CustomDebugStringConvertible {
  /// User, host and database; never the password.
  public var description: String {
    let user = parameters["user"].map { $0 + "@" } ?? ""
    return "postgres://\(user)\(parameters["host"] ?? "")/\(parameters["dbname"] ?? "")"
  }

  public var debugDescription: String { description }
}
