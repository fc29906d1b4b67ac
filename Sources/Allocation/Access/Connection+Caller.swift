public import Postgres

// A call is one transaction. These stand at its beginning, and change in whose name it goes on.

extension Credential {
  /// Proves a token, or takes the service's word for a person, and notes who calls; from then on
  /// the transaction's statements have a limit. Only in a transaction in the service's role.
  ///
  /// - Parameters:
  ///   - limit: what is left of the call's time.
  ///   - lockTime: how long a statement waits for a lock at most; as long as it may run if `nil`.
  ///   - role: whether the transaction goes on in the caller's database role at once, or stays in
  ///     the service's. Who is refused goes on as a reader of no department, who sees nothing of anybody's.
  ///   - readOnly: whether nothing can be changed in the transaction from here on.
  public func entry(
    within limit: Duration, lockTime: Duration? = nil, as role: CallRole, readOnly: Bool = false
  ) -> SQL {
    let milliseconds = limit.wholeMilliseconds
    let entry: SQL
    let bearer: SQL
    switch self {
    case .token(let secret):
      entry = "access.enter(\(secret.digest), \(milliseconds))"
      bearer = "access.person()"
    case .person(let person):
      bearer = "set_config('yaosu.person', \(person.subject), true)"
      entry = """
        (SELECT 0::bigint AS token_id, v.* FROM access.vouch(\(person.department),
          \(person.role.rawValue), \(person.jurisdiction), \(milliseconds)) v)
        """
    }
    let taken: SQL =
      role == .caller ? "set_config('role', \(Self.databaseRoles), true)" : "NULL::text"
    // Also for whoever is refused: what is asked behind this has a limit.
    let timed: SQL = "set_config('statement_timeout', \("\(milliseconds)"), true)"
    let patient: SQL =
      lockTime.map { "set_config('lock_timeout', \("\($0.wholeMilliseconds)"), true)" }
      ?? "NULL::text"
    let closed: SQL = readOnly ? "set_config('transaction_read_only', 'on', true)" : "NULL::text"
    return """
      SELECT e.token_id, e.department, e.role, e.jurisdiction, \(bearer), \(timed), \(patient),
        \(taken), \(closed)
      FROM (VALUES (1)) AS one LEFT JOIN \(entry) e ON true
      """
  }

  /// Whom ``entry(within:lockTime:as:readOnly:)`` has let in.
  ///
  /// - Returns: `nil` where the token is unknown, expired or revoked, or where the person's department
  ///   does not exist or is not of the one prefecture that the person has to be of.
  public func caller(_ entered: Rows) throws -> Caller? {
    guard
      let (id, department, role, place, name, _, _, _, _) = try entered.first?.decode(
        Int?.self, String?.self, String?.self, String?.self, String?.self, String?.self,
        String?.self, String?.self, String?.self),
      let id, let department, let duty = role.flatMap(Role.init(rawValue:))
    else { return nil }
    let proof: Caller.Proof =
      switch self {
      case .token: .token(id)
      case .person(let person): .person(subject: person.subject, issuer: person.issuer)
      }
    return Caller(
      proof: proof, department: department, role: duty, jurisdiction: place, person: name)
  }

  /// Words of ours, not values: so the statement has the same few parameters for every call.
  private static let databaseRoles: SQL = {
    let cases = Role.allCases.map { "WHEN '\($0.rawValue)' THEN '\($0.databaseRole)'" }
    return SQL(
      unsafeText:
        "CASE e.role \(cases.joined(separator: " ")) ELSE '\(Role.reader.databaseRole)' END")
  }()
}

extension Connection {
  /// Lets a caller in, see ``Credential/entry(within:lockTime:as:readOnly:)``.
  ///
  /// - Precondition: a transaction in the service's role.
  public func enter(
    _ credential: Credential, within limit: Duration, as role: CallRole
  ) async throws -> Caller? {
    try credential.caller(await query(credential.entry(within: limit, as: role)))
  }

  /// Goes on in another role until the transaction ends; takes effect with the next statement.
  public func take(_ role: CallRole, of caller: Caller) throws {
    let name = role == .caller ? caller.role.databaseRole : "yaosu_service"
    try sendAhead("SELECT set_config('role', \(name), true)")
  }
}

/// In whose name a call's transaction goes on.
public enum CallRole: Sendable {
  /// Sees and changes what the caller may.
  case caller
  /// Sees everything; for what the caller must not forge: the audit event, the answer on record.
  case service
}

extension Duration {
  /// At least one, as PostgreSQL's limits count: none would be no limit.
  fileprivate var wholeMilliseconds: Int32 { Int32(clamping: max(1, microseconds / 1000)) }
}
