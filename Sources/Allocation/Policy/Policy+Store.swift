public import Postgres

extension Policy {
  /// Reads the version that is in force on a date.
  ///
  /// - Throws: ``PolicyError/noneInForce(on:)``, ``PostgresError``.
  public static func inForce(on date: DateOnly, from connection: Connection) async throws -> Policy
  {
    let versions = try await connection.query(
      """
      SELECT version::bigint FROM policy.in_force
      WHERE in_force_from <= \(date) AND (in_force_until IS NULL OR in_force_until > \(date))
      ORDER BY in_force_from DESC, version DESC LIMIT 1
      """
    ).decode(Int.self)
    guard let version = versions.first else { throw PolicyError.noneInForce(on: date) }
    return try await load(version, from: connection)
  }

  /// Reads one version, in force or not: the one with which a stored round was computed.
  static func load(_ version: Int, from connection: Connection) async throws -> Policy {
    let rows = try await connection.query(
      "SELECT name, number, word FROM policy.parameters WHERE version = \(version)"
    ).decode(String.self, Numeric?.self, String?.self)
    var values: [String: Value] = [:]
    for (name, number, word) in rows {
      if let number { values[name] = .number(number) }
      if let word { values[name] = .word(word) }
    }
    return Policy(version: version, values: values)
  }
}
