public import Postgres

/// Where tokens are issued, listed and revoked. Each is one transaction with its audit event.
public struct TokenDesk: Sendable {
  private let pool: Pool

  /// How long a token lives where nobody says otherwise, in days.
  public static let lifetime = 365

  public init(pool: Pool) {
    self.pool = pool
  }

  /// What a token is to be.
  public struct Wish: Sendable {
    public let department: String
    public let role: Role
    /// A prefecture, `all`, or `nil` for the only one there is.
    public let jurisdiction: String?
    /// The last day on which it counts; ``TokenDesk/lifetime`` from today if `nil`.
    public let expiresOn: DateOnly?
    /// Who bears it, by the name that the identity provider knows; needed for acts of two persons.
    public let person: String?

    public init(
      department: String, role: Role, jurisdiction: String? = nil, expiresOn: DateOnly? = nil,
      person: String? = nil
    ) {
      self.department = department
      self.role = role
      self.jurisdiction = jurisdiction
      self.expiresOn = expiresOn
      self.person = person
    }
  }

  /// A token as it is on record.
  public struct Record: Codable, Hashable, Sendable {
    public let id: Int
    public let hint: String
    public let department: String
    public let role: Role
    /// `nil` for every prefecture of the database.
    public let jurisdiction: String?
    /// The last day on which it counts.
    public let expiresOn: DateOnly
    /// Who bears it.
    public let person: String?
    /// `valid`, `expired` or `revoked`.
    public let state: String
  }

  /// Issues a token.
  ///
  /// - Parameter actor: who issues it, as the audit event will name them.
  /// - Returns: the secret, which is nowhere else and will not be shown again, and the record.
  /// - Throws: ``TokenRefusal``; ``PostgresError``.
  public func issue(
    _ wish: Wish, by actor: String
  ) async throws -> (secret: TokenSecret, record: Record) {
    var generator = SystemRandomNumberGenerator()
    let secret = TokenSecret(using: &generator)
    let record = try await pool.transaction { connection in
      let place = try await Self.place(of: wish, connection)
      let today = try await connection.query(
        "SELECT (transaction_timestamp() AT TIME ZONE 'Asia/Shanghai')::date"
      ).only(DateOnly.self)
      if let day = wish.expiresOn, day < today { throw TokenRefusal.expired(day) }
      try await connection.beginEvent(
        Cause(
          actor: actor, reason: "\(wish.role.rawValue) of \(wish.department)",
          action: "issue token"))
      let last: SQL = wish.expiresOn.map { "\($0)::date" } ?? "\(today) + \(Int32(Self.lifetime))"
      let id = try await connection.query(
        """
        INSERT INTO access.token (digest, hint, department, role, jurisdiction, person, expires_at)
        VALUES (\(secret.digest), \(secret.hint),
          \(wish.department), \(wish.role.rawValue), \(place), \(wish.person),
          (\(last) + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
        RETURNING token_id
        """
      ).only(Int.self)
      return try await Self.records(connection, where: "token_id = \(id)").first
    }
    guard let record else { throw TokenRefusal.unknownToken(0) }
    return (secret, record)
  }

  /// All tokens, the newest first.
  public func list() async throws -> [Record] {
    try await pool.withConnection { try await Self.records($0, where: "true") }
  }

  /// Revokes a token for good. Calls that have begun end as they began.
  ///
  /// - Throws: ``TokenRefusal``; ``PostgresError``.
  public func revoke(_ id: Int, by actor: String, cause: String) async throws {
    try await pool.transaction { connection in
      let found = try await connection.query(
        "SELECT revoked_at IS NOT NULL FROM access.token WHERE token_id = \(id) FOR NO KEY UPDATE"
      ).decode(Bool.self)
      guard let isRevoked = found.first else { throw TokenRefusal.unknownToken(id) }
      if isRevoked { throw TokenRefusal.revoked(id) }
      try await connection.beginEvent(
        Cause(actor: actor, reason: cause, action: "revoke token"))
      try await connection.execute(
        """
        UPDATE access.token SET revoked_at = transaction_timestamp() WHERE token_id = \(id)
        """)
    }
  }

  private static func records(
    _ connection: Connection, where condition: SQL
  ) async throws -> [Record] {
    try await connection.query(
      """
      SELECT token_id AS id, hint, department, role, jurisdiction, person,
        (expires_at AT TIME ZONE 'Asia/Shanghai' - interval '1 microsecond')::date AS "expiresOn",
        CASE WHEN revoked_at IS NOT NULL THEN 'revoked'
          WHEN expires_at <= transaction_timestamp() THEN 'expired' ELSE 'valid' END AS state
      FROM access.token WHERE \(condition) ORDER BY token_id DESC
      """
    ).records(as: Record.self)
  }
}

extension TokenDesk {
  /// The prefecture that the token is bound to.
  private static func place(of wish: Wish, _ connection: Connection) async throws -> String? {
    let codes = try await connection.query(
      "SELECT code FROM access.department ORDER BY code COLLATE \"C\""
    ).decode(String.self)
    guard codes.contains(wish.department) else {
      let nearest = Nearest.match(wish.department, in: codes)
      throw TokenRefusal.unknownDepartment(wish.department, near: nearest.map { [$0] } ?? [])
    }
    let known = try await places(of: wish.department, connection)
    switch wish.jurisdiction {
    case "all":
      guard !wish.department.hasPrefix("institution:") || known.count < 2 else {
        throw TokenRefusal.everywhere(wish.department, known: known)
      }
      return nil
    case let stated?:
      guard known.contains(stated) else { throw TokenRefusal.unknownPlace(stated, known: known) }
      return stated
    case nil:
      guard known.count < 2 else {
        throw TokenRefusal.severalPlaces(wish.department, known: known)
      }
      return known.first
    }
  }

  /// Where the department is at work: its own places, or for an office every prefecture.
  private static func places(
    of department: String, _ connection: Connection
  ) async throws -> [String] {
    try await connection.query(
      "SELECT place FROM access.places(\(department)) AS place ORDER BY place"
    ).decode(String.self)
  }
}
