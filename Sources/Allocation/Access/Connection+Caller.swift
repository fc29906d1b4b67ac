public import Postgres

// A call is one transaction. These stand at its beginning, and change in whose name it goes on.

extension Connection {
  /// Proves a token, or takes the service's word for a person, and notes who calls; from then on
  /// the transaction's statements have a limit.
  ///
  /// - Parameters:
  ///   - limit: what is left of the call's time.
  ///   - role: whether the transaction goes on in the caller's database role at once, or stays in
  ///     the service's.
  /// - Returns: `nil` where the token is unknown, expired or revoked, or where the person's department
  ///   does not exist or is not of the one prefecture that the person has to be of.
  /// - Precondition: a transaction in the service's role.
  public func enter(
    _ credential: Credential, within limit: Duration, as role: CallRole
  ) async throws -> Caller? {
    let milliseconds = Int32(clamping: max(1, limit.microseconds / 1000))
    let entry: SQL
    let bearer: SQL
    switch credential {
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
    let taken: SQL = role == .caller ? "set_config('role', \(databaseRoles), true)" : "NULL::text"
    let rows = try await query(
      """
      SELECT e.token_id, e.department, e.role, e.jurisdiction, \(bearer), \(taken)
      FROM \(entry) e
      """)
    guard
      let (id, department, role, place, name, _) = try rows.decode(
        Int.self, String.self, String.self, String?.self, String?.self, String?.self
      ).first, let duty = Role(rawValue: role)
    else { return nil }
    let proof: Caller.Proof =
      switch credential {
      case .token: .token(id)
      case .person(let person): .person(subject: person.subject, issuer: person.issuer)
      }
    return Caller(
      proof: proof, department: department, role: duty, jurisdiction: place, person: name)
  }

  /// Goes on in another role until the transaction ends.
  public func take(_ role: CallRole, of caller: Caller) async throws {
    let name = role == .caller ? caller.role.databaseRole : "yaosu_service"
    _ = try await query("SELECT set_config('role', \(name), true)")
  }

  private var databaseRoles: SQL {
    let cases = Role.allCases.map { "WHEN \($0.rawValue) THEN \($0.databaseRole)" as SQL }
    return "CASE e.role \(cases.joined(separator: " ")) END"
  }
}

/// In whose name a call's transaction goes on.
public enum CallRole: Sendable {
  /// Sees and changes what the caller may.
  case caller
  /// Sees everything; for what the caller must not forge: the audit event, the answer on record.
  case service
}
