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
  /// Whether the token that named them still counts.
  public let standing: TokenStanding

  public init(
    issuer: String, subject: String, department: String, role: Role, jurisdiction: String?,
    standing: TokenStanding = .judgedOnce
  ) {
    self.issuer = issuer
    self.subject = subject
    self.department = department
    self.role = role
    self.jurisdiction = jurisdiction
    self.standing = standing
  }
}

/// Judges a token of the identity provider again, later than when it was shown: it expires, and its key
/// may be withdrawn. All are equal: two tokens of one person name the same caller.
public struct TokenStanding: Hashable, Sendable {
  private let judge: @Sendable () async throws -> Void

  /// - Parameter judge: throws where the token does not count any more.
  public init(_ judge: @escaping @Sendable () async throws -> Void) {
    self.judge = judge
  }

  /// Of a token that nobody asks about again.
  public static let judgedOnce = TokenStanding {}

  /// - Throws: what the judge throws, where the token does not count any more.
  public func check() async throws { try await judge() }

  public static func == (left: Self, right: Self) -> Bool { true }

  public func hash(into hasher: inout Hasher) {}
}

/// What a caller shows.
public enum Credential: Hashable, Sendable {
  /// A token of ours, which the database proves.
  case token(TokenSecret)
  /// A person for whom the service vouches.
  case person(VouchedPerson)

  /// Judges anew what the database cannot prove, for what goes on beyond one call.
  ///
  /// - Throws: an error where a person's token does not count any more, or it cannot be told.
  public func stillCounts() async throws {
    if case .person(let person) = self { try await person.standing.check() }
  }

  /// What calls are counted by.
  public var countedBy: [UInt8] {
    switch self {
    case .token(let secret): secret.digest
    case .person(let person): Array("\(person.issuer)\n\(person.subject)".utf8)
    }
  }
}
