internal import Allocation
internal import Foundation

/// The city's identity provider: whose tokens count, and what they say.
///
/// | claim | meaning |
/// |---|---|
/// | `iss`, `aud` | as configured; `aud` may be a list that holds it |
/// | `exp` | required; `nbf` where it is there: seconds, ``leeway`` of grace each |
/// | `sub` | the person, as the audit event names them |
/// | `yaosu_department`, `yaosu_role` | a department's code, and a ``Role`` |
/// | `yaosu_jurisdiction` | a prefecture's code; needed where the department is of several |
public struct IdentityProvider: Sendable {
  /// Seconds by which the provider's clock and ours may differ.
  static let leeway = 60.0

  private let issuer: String
  private let audience: String
  private let source: KeySource
  private let now: @Sendable () -> Double

  init(
    issuer: String, audience: String, source: KeySource,
    now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
  ) {
    self.issuer = issuer
    self.audience = audience
    self.source = source
    self.now = now
  }

  /// - Parameter keys: a file, or an address by HTTPS.
  /// - Returns: `nil` for another kind of address.
  public init?(issuer: String, audience: String, keys: String) {
    guard let location = KeyLocation(keys) else { return nil }
    self.init(
      issuer: issuer, audience: audience, source: KeySource { try await location.read() })
  }

  /// Reads the keys, so that a mistake is seen at the start.
  ///
  /// - Throws: an error that says what is wrong with file, address or document.
  public func load() async throws { try await source.load() }

  /// Whom a token names; whether it still counts can be asked of what is given back.
  ///
  /// - Throws: ``IdentityRefusal``; ``KeySource/Unavailable``.
  func person(_ text: Substring) async throws -> VouchedPerson {
    let token = try IdentityToken(text)
    guard let key = try await source.key(token.kid) else { throw IdentityRefusal.unknownKey }
    guard key.algorithm == token.algorithm else { throw IdentityRefusal.keyType }
    // Nothing that the token says is looked at before this.
    guard key.verifies(token.signature, of: token.signed) else { throw IdentityRefusal.signature }
    let whole = String(text)
    // Later the whole token is judged, by the clock and the keys of then: as if it were shown again.
    return try person(
      token.claims, standing: TokenStanding { _ = try await self.person(whole[...]) })
  }

  private func person(
    _ claims: JSON, standing: TokenStanding
  ) throws(IdentityRefusal) -> VouchedPerson {
    guard claims["iss"] == .text(issuer) else { throw .issuer }
    switch claims["aud"] {
    case .text(audience): break
    case .array(let several) where several.contains(.text(audience)): break
    default: throw .audience
    }
    guard let end = try Self.seconds(claims["exp"]) else { throw .claims }
    guard now() < end + Self.leeway else { throw .expired }
    if let start = try Self.seconds(claims["nbf"]), now() < start - Self.leeway { throw .early }
    guard let subject = Self.text(claims["sub"]),
      let department = Self.text(claims["yaosu_department"]),
      let role = Self.text(claims["yaosu_role"]).flatMap(Role.init)
    else { throw .claims }
    let place = Self.text(claims["yaosu_jurisdiction"])
    guard place != nil || claims["yaosu_jurisdiction"] == nil else { throw .claims }
    return VouchedPerson(
      issuer: issuer, subject: subject, department: department, role: role, jurisdiction: place,
      standing: standing)
  }

  /// A short text without control characters.
  private static func text(_ value: JSON?) -> String? {
    guard case .text(let text) = value, (1...200).contains(text.unicodeScalars.count),
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { return nil }
    return text
  }

  private static func seconds(_ value: JSON?) throws(IdentityRefusal) -> Double? {
    guard let value else { return nil }
    guard case .number(let digits) = value, let seconds = Double(digits), seconds.isFinite else {
      throw .claims
    }
    return seconds
  }
}
