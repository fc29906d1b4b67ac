internal import Allocation

/// A JSON Web Token in compact form (RFC 7519), taken apart but not yet believed.
struct IdentityToken: Sendable {
  /// Bytes of a token at most.
  static let most = 8 << 10

  let algorithm: String
  let kid: String
  let claims: JSON
  /// What the signature is over.
  let signed: [UInt8]
  let signature: [UInt8]

  /// Whether a bearer's text is meant to be one: three parts.
  static func looksLikeOne(_ text: Substring) -> Bool {
    text.utf8.count { $0 == UInt8(ascii: ".") } == 2
  }

  /// - Throws: ``IdentityRefusal``: `tooLong`, `malformed`, `algorithm`, `critical`.
  init(_ text: Substring) throws(IdentityRefusal) {
    guard text.utf8.count <= Self.most else { throw .tooLong }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let head = Self.object(parts[0]), let claims = Self.object(parts[1]),
      let signature = Base64URL.decode(parts[2]), case .text(let algorithm) = head["alg"]
    else { throw .malformed }
    guard ["RS256", "ES256", "EdDSA"].contains(algorithm) else { throw .algorithm }
    // RFC 7515: what is marked critical and not understood refuses the token.
    guard head["crit"] == nil else { throw .critical }
    guard case .text(let kid) = head["kid"] else { throw .unknownKey }
    self.algorithm = algorithm
    self.kid = kid
    self.claims = claims
    self.signature = signature
    signed = Array("\(parts[0]).\(parts[1])".utf8)
  }

  private static func object(_ part: Substring) -> JSON? {
    guard let bytes = Base64URL.decode(part), let value = try? JSONReader.read(bytes),
      case .object = value
    else { return nil }
    return value
  }
}

/// Why a token of the identity provider is not accepted.
enum IdentityRefusal: String, Error, CaseIterable, Sendable {
  case notConfigured = "no_identity_provider"
  case tooLong = "too_long"
  case malformed
  case algorithm = "wrong_algorithm"
  case critical = "critical_header"
  case unknownKey = "unknown_key"
  case keyType = "wrong_key_type"
  case signature = "wrong_signature"
  case issuer = "wrong_issuer"
  case audience = "wrong_audience"
  case expired
  case early = "not_yet_valid"
  case claims = "wrong_claims"
  case department = "unknown_department"

  /// What is wrong, in one line.
  func text(_ language: Language) -> String { language == .chinese ? words.0 : words.1 }

  private var words: (String, String) {
    switch self {
    case .notConfigured:
      ("本服务未配置身份提供方", "no identity provider is configured here")
    case .tooLong: ("令牌超过 8 KiB", "the token has more than 8 KiB")
    case .malformed: ("令牌不成形", "the token is not a well-formed JWT")
    case .algorithm:
      ("签名算法须为 RS256、ES256 或 EdDSA", "it must be signed with RS256, ES256 or EdDSA")
    case .critical: ("含不认识的 crit 要求", "it has a critical header that is not understood")
    case .unknownKey: ("身份提供方没有此 kid 的密钥", "the identity provider has no key with its kid")
    case .keyType: ("算法与密钥不符", "its algorithm is not the key's")
    case .signature: ("签名不对", "its signature is wrong")
    case .issuer: ("签发者 iss 不对", "its iss is another issuer")
    case .audience: ("受众 aud 不含本服务", "its aud does not name this service")
    case .expired: ("已过期", "it has expired")
    case .early: ("尚未生效", "it is not valid yet")
    case .claims:
      (
        "须有 sub、exp、yaosu_department、yaosu_role",
        "it needs sub, exp, yaosu_department and yaosu_role"
      )
    case .department:
      (
        "没有此部门，或须以 yaosu_jurisdiction 指明其所在地级市",
        "there is no such department, or yaosu_jurisdiction has to name a prefecture of it"
      )
    }
  }
}

extension Problem {
  /// RFC 6750: the challenge says that a token was there and did not do.
  static func of(_ refusal: IdentityRefusal) -> Problem {
    Problem(.unauthenticated) { refusal.text($0) }
      .with(
        "WWW-Authenticate",
        #"Bearer error="invalid_token", error_description="\#(refusal.rawValue)""#)
  }
}
