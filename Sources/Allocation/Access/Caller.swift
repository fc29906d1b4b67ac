/// What a token lets its bearer do. Business roles, audit and administration exclude one another.
public enum Role: String, CaseIterable, Codable, Sendable {
  /// Reads, without names of persons.
  case reader
  /// Reads, creates and changes the department's rows.
  case clerk
  /// A clerk who also answers for the department's resources: accepts and declines offers.
  case owner
  /// Reads and approves what others have drafted.
  case approver
  /// Reads the audit and nothing else.
  case auditor
  /// Looks after departments and tokens; sees neither business data nor the audit.
  case admin

  /// The database role that a call with this role runs in.
  public var databaseRole: String {
    switch self {
    case .reader: "yaosu_reader"
    case .clerk, .owner, .approver: "yaosu_department"
    case .auditor: "yaosu_auditor"
    case .admin: "yaosu_admin"
    }
  }

  /// Whether the role creates and changes rows of the registry.
  public var mayWrite: Bool { self == .clerk || self == .owner }
}

/// Who calls, as the database has found by the token, or as the service vouches.
public struct Caller: Hashable, Sendable {
  /// What proved the caller: a token of ours, or the identity provider's word.
  public let proof: Proof
  /// The department's code, for example `university:4134010359`.
  public let department: String
  public let role: Role
  /// The prefecture to which the token is bound; `nil` for all of the database.
  public let jurisdiction: String?
  /// Who calls, by the name that the identity provider knows; `nil` for a token without a bearer.
  public let person: String?

  public enum Proof: Hashable, Sendable, CustomStringConvertible {
    case token(Int)
    case person(subject: String, issuer: String)

    /// As an audit event's cause names it.
    public var description: String {
      switch self {
      case .token(let id): "token \(id)"
      case .person(let subject, let issuer): "\(subject) of \(issuer)"
      }
    }
  }

  /// Who is at work with which rights: two callers that differ in it are never told each other's
  /// answers.
  public var bearer: String { "\(proof), \(role.rawValue), \(jurisdiction ?? "*")" }

  /// The department's kind: its code up to the colon.
  public var kind: String {
    department.split(separator: ":", maxSplits: 1).first.map(String.init) ?? department
  }
}
