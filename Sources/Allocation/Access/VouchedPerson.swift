/// A person of the city's identity provider, whose token the service has verified.
public struct VouchedPerson: Hashable, Sendable {
  public let issuer: String
  /// The person's name at the issuer.
  public let subject: String
  /// The department's code.
  public let department: String
  public let role: Role
  /// A prefecture's code; `nil` where the department is of one only.
  public let jurisdiction: String?

  public init(
    issuer: String, subject: String, department: String, role: Role, jurisdiction: String?
  ) {
    self.issuer = issuer
    self.subject = subject
    self.department = department
    self.role = role
    self.jurisdiction = jurisdiction
  }
}

/// What a caller shows.
public enum Credential: Hashable, Sendable {
  /// A token of ours, which the database proves.
  case token(TokenSecret)
  /// A person for whom the service vouches.
  case person(VouchedPerson)

  /// What calls are counted by.
  public var countedBy: [UInt8] {
    switch self {
    case .token(let secret): secret.digest
    case .person(let person): Array("\(person.issuer)\n\(person.subject)".utf8)
    }
  }
}
