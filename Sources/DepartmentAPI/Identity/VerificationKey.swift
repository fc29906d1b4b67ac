internal import Allocation
internal import Crypto
internal import CryptoExtras
internal import Foundation

/// A public key of the identity provider. It verifies by its own algorithm and no other: what a
/// token's header says is compared with it, and never chooses.
enum VerificationKey: Sendable {
  case rsa(_RSA.Signing.PublicKey)
  case p256(P256.Signing.PublicKey)
  case ed25519(Curve25519.Signing.PublicKey)

  /// The name of the algorithm (RFC 7518, RFC 8037).
  var algorithm: String {
    switch self {
    case .rsa: "RS256"
    case .p256: "ES256"
    case .ed25519: "EdDSA"
    }
  }

  func verifies(_ signature: [UInt8], of signed: [UInt8]) -> Bool {
    switch self {
    case .rsa(let key):
      return key.isValidSignature(
        .init(rawRepresentation: signature), for: SHA256.hash(data: signed),
        padding: .insecurePKCS1v1_5)
    case .p256(let key):
      guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else {
        return false
      }
      return key.isValidSignature(signature, for: signed)
    case .ed25519(let key): return key.isValidSignature(signature, for: signed)
    }
  }
}

/// The keys of a JWKS document (RFC 7517) by which tokens may be signed, by their `kid`.
struct KeySet: Sendable {
  let keys: [String: VerificationKey]

  /// What is wrong with a document.
  enum Flaw: Error, Hashable, CustomStringConvertible {
    case notJSON
    case noKeys
    case repeatedKid(String)
    case privateKey(kid: String)
    case weakKey(kid: String)

    var description: String {
      switch self {
      case .notJSON: "it is not a JSON object with an array `keys`"
      case .noKeys: "it has no key for RS256, ES256 or EdDSA that has a `kid`"
      case .repeatedKid(let kid): "it has two keys with the kid “\(kid)”"
      case .privateKey(let kid):
        "the key “\(kid)” is private: publish public keys only, and replace this one"
      case .weakKey(let kid): "the key “\(kid)” cannot be used: RSA needs 2048 to 8192 bits"
      }
    }
  }

  /// Reads a document. Keys for other purposes and of other kinds (`oct` among them) are left out.
  ///
  /// - Throws: ``Flaw``.
  init(_ bytes: [UInt8]) throws(Flaw) {
    guard let document = try? JSONReader.read(bytes), case .array(let items) = document["keys"]
    else { throw .notJSON }
    var keys: [String: VerificationKey] = [:]
    for item in items {
      guard case .text(let kid) = item["kid"], let key = try Self.key(item, kid) else { continue }
      guard keys.updateValue(key, forKey: kid) == nil else { throw .repeatedKid(kid) }
    }
    guard !keys.isEmpty else { throw .noKeys }
    self.keys = keys
  }

  private static func key(_ item: JSON, _ kid: String) throws(Flaw) -> VerificationKey? {
    if let use = item["use"], use != "sig" { return nil }
    guard let key = try material(item, kid) else { return nil }
    if item["d"] != nil { throw .privateKey(kid: kid) }
    if let algorithm = item["alg"], algorithm != .text(key.algorithm) { return nil }
    return key
  }

  private static func material(_ item: JSON, _ kid: String) throws(Flaw) -> VerificationKey? {
    switch (item["kty"], item["crv"]) {
    case ("RSA", _):
      guard let modulus = bytes(item["n"]), let exponent = bytes(item["e"]),
        (256...1024).contains(modulus.drop { $0 == 0 }.count),
        let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent)
      else { throw .weakKey(kid: kid) }
      return .rsa(key)
    case ("EC", "P-256"):
      guard let x = bytes(item["x"]), let y = bytes(item["y"]), x.count == 32, y.count == 32
      else { return nil }
      return (try? P256.Signing.PublicKey(rawRepresentation: x + y)).map { .p256($0) }
    case ("OKP", "Ed25519"):
      return bytes(item["x"]).flatMap {
        try? Curve25519.Signing.PublicKey(rawRepresentation: $0)
      }.map { .ed25519($0) }
    default: return nil
    }
  }

  private static func bytes(_ value: JSON?) -> [UInt8]? {
    guard case .text(let text) = value else { return nil }
    return Base64URL.decode(text[...])
  }
}
