import Allocation
import Crypto
import CryptoExtras
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

/// The identity provider of a test: keys of each kind, and tokens signed with them.
struct Issuer {
  let rsa: _RSA.Signing.PrivateKey
  let p256 = P256.Signing.PrivateKey()
  let ed25519 = Curve25519.Signing.PrivateKey()
  static let name = "https://id.example.gov.cn"
  static let audience = "yaosu"
  /// Seconds; the clock of every test here.
  static let now = 1_800_000_000.0

  init() throws { rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048) }

  var document: String {
    get throws {
      let numbers = try rsa.publicKey.getKeyPrimitives()
      let point = p256.publicKey.rawRepresentation
      return """
        {"keys":[
          {"kty":"RSA","kid":"r","use":"sig","alg":"RS256","n":"\(Base64URL.encode(numbers.modulus))",
           "e":"\(Base64URL.encode(numbers.publicExponent))"},
          {"kty":"EC","kid":"p","crv":"P-256","x":"\(Base64URL.encode(point.prefix(32)))",
           "y":"\(Base64URL.encode(point.suffix(32)))"},
          {"kty":"OKP","kid":"e","crv":"Ed25519",
           "x":"\(Base64URL.encode(ed25519.publicKey.rawRepresentation))"},
          {"kty":"oct","kid":"h","k":"c2VjcmV0"},
          {"kty":"RSA","kid":"for encryption","use":"enc","n":"AQAB","e":"AQAB"}]}
        """
    }
  }

  static var claims: [String: Any] {
    [
      "iss": name, "aud": audience, "sub": "li.hua", "exp": Int(now) + 300, "nbf": Int(now) - 10,
      "yaosu_department": "industry", "yaosu_role": "clerk",
    ]
  }

  func token(
    _ header: [String: Any] = ["alg": "EdDSA", "kid": "e"], _ changes: [String: Any?] = [:],
    signedBy algorithm: String? = nil
  ) throws -> String {
    var claims = Self.claims
    for (name, value) in changes { claims[name] = value }
    let head = try JSONSerialization.data(withJSONObject: header)
    let body = try JSONSerialization.data(withJSONObject: claims)
    let signed = "\(Base64URL.encode(head)).\(Base64URL.encode(body))"
    let signature = try signature(signed, algorithm ?? header["alg"] as? String ?? "none")
    return "\(signed).\(Base64URL.encode(signature))"
  }

  private func signature(_ text: String, _ algorithm: String) throws -> Data {
    let data = Data(text.utf8)
    return switch algorithm {
    case "RS256":
      try rsa.signature(for: SHA256.hash(data: data), padding: .insecurePKCS1v1_5)
        .rawRepresentation
    case "PS256": try rsa.signature(for: SHA256.hash(data: data)).rawRepresentation
    case "ES256": try p256.signature(for: data).rawRepresentation
    case "EdDSA": try ed25519.signature(for: data)
    case "HS256":
      Data(
        HMAC<SHA256>.authenticationCode(for: data, using: .init(data: Data("secret".utf8))))
    default: Data()
    }
  }

  func provider(now: Double = Self.now) throws -> IdentityProvider {
    let bytes = Array(try document.utf8)
    return IdentityProvider(
      issuer: Self.name, audience: Self.audience, source: KeySource { bytes }, now: { now })
  }
}

@Suite("The identity provider")
struct IdentityTests {
  @Test("A token of each algorithm is believed, and says who calls")
  func accepted() async throws {
    let issuer = try Issuer()
    let provider = try issuer.provider()
    for (algorithm, kid) in [("RS256", "r"), ("ES256", "p"), ("EdDSA", "e")] {
      let text = try issuer.token(
        ["alg": algorithm, "kid": kid],
        ["aud": ["other", "yaosu"], "yaosu_jurisdiction": "341800"])
      let person = try await provider.person(text[...])
      #expect(
        person
          == VouchedPerson(
            issuer: Issuer.name, subject: "li.hua", department: "industry", role: .clerk,
            jurisdiction: "341800"))
    }
  }

  @Test("What is not quite right is refused, and for that reason")
  func refused() async throws {
    let issuer = try Issuer()
    let provider = try issuer.provider()
    let ed = ["alg": "EdDSA", "kid": "e"]
    let now = Int(Issuer.now)
    let good = try issuer.token()
    let parts = good.split(separator: ".").map(String.init)
    let cases: [(String, IdentityRefusal)] = [
      (try issuer.token(["alg": "none", "kid": "e"]), .algorithm),
      (try issuer.token(["alg": "None", "kid": "e"]), .algorithm),
      (try issuer.token(["alg": "HS256", "kid": "h"]), .algorithm),
      (try issuer.token(["alg": "HS256", "kid": "r"]), .algorithm),
      (try issuer.token(["alg": "PS256", "kid": "r"]), .algorithm),
      (try issuer.token(["alg": "RS256", "kid": "r"], signedBy: "PS256"), .signature),
      (try issuer.token(["alg": "RS256", "kid": "e"]), .keyType),
      (try issuer.token(["alg": "EdDSA", "kid": "r"]), .keyType),
      (try issuer.token(["alg": "ES256", "kid": "p"], signedBy: "EdDSA"), .signature),
      (try issuer.token(["alg": "EdDSA", "kid": "stranger"]), .unknownKey),
      (try issuer.token(["alg": "EdDSA", "kid": "h"]), .unknownKey),
      (try issuer.token(["alg": "EdDSA"]), .unknownKey),
      (try issuer.token(["alg": "EdDSA", "kid": "e", "crit": ["b64"]]), .critical),
      (try issuer.token(ed, ["iss": "https://id.example.gov.cn/"]), .issuer),
      (try issuer.token(ed, ["iss": nil]), .issuer),
      (try issuer.token(ed, ["aud": "other"]), .audience),
      (try issuer.token(ed, ["aud": [Issuer.audience: 1]]), .audience),
      (try issuer.token(ed, ["exp": now - 60]), .expired),
      (try issuer.token(ed, ["exp": nil]), .claims),
      (try issuer.token(ed, ["exp": "\(now + 300)"]), .claims),
      (try issuer.token(ed, ["nbf": now + 61]), .early),
      (try issuer.token(ed, ["sub": nil]), .claims),
      (try issuer.token(ed, ["sub": "a\nb"]), .claims),
      (try issuer.token(ed, ["yaosu_role": "root"]), .claims),
      (try issuer.token(ed, ["yaosu_department": nil]), .claims),
      (try issuer.token(ed, ["yaosu_jurisdiction": 341800]), .claims),
      (parts[0] + "." + parts[1] + ".", .signature),
      (parts[0] + "." + parts[1] + "." + parts[2] + "A", .signature),
      (parts[0] + "." + parts[1] + "." + parts[2] + "AAA", .malformed),
      (parts[0] + "=." + parts[1] + "." + parts[2], .malformed),
      (parts[1] + "." + parts[0] + "." + parts[2], .malformed),
      ("..", .malformed), ("a.b.c", .malformed),
      (try issuer.token(ed, ["filler": String(repeating: "x", count: 9000)]), .tooLong),
    ]
    for (text, reason) in cases {
      let error = await #expect(throws: IdentityRefusal.self) {
        try await provider.person(text[...])
      }
      #expect(error == reason, "\(text.prefix(300))")
    }
    // The edges that still count.
    for changes: [String: Any?] in [["exp": now - 59], ["nbf": now + 60], ["nbf": nil]] {
      _ = try await provider.person(try issuer.token(ed, changes)[...])
    }
    // One bit of the claims is another's claims.
    var forged = Array(parts[1].utf8)
    forged[10] = forged[10] == 65 ? 66 : 65
    let text = "\(parts[0]).\(String(decoding: forged, as: UTF8.self)).\(parts[2])"
    await #expect(throws: IdentityRefusal.self) { try await provider.person(text[...]) }
  }

  @Test("Keys are read again for a new kid, but not for every made-up one, and grow old")
  func rotation() async throws {
    let clock = Locked(ContinuousClock.now)
    let reads = Locked(0)
    let document = Locked<String?>(try Issuer().document)
    let source = KeySource(
      read: {
        reads.withLock { $0 += 1 }
        guard let text = document.withLock({ $0 }) else {
          throw KeySource.Unavailable(description: "")
        }
        return Array(text.utf8)
      }, now: { clock.withLock { $0 } })
    #expect(try await source.key("e") != nil)
    #expect(reads.withLock { $0 } == 1)
    for number in 0..<100 { #expect(try await source.key("made up \(number)") == nil) }
    #expect(reads.withLock { $0 } == 1)
    document.withLock { $0 = $0?.replacing("\"kid\":\"e\"", with: "\"kid\":\"new\"") }
    clock.withLock { $0 += KeySource.pause }
    #expect(try await source.key("new") != nil)
    #expect(try await source.key("e") == nil, "withdrawn")
    #expect(reads.withLock { $0 } == 2)
    // The provider is away: known keys count on for a while, then nothing does.
    document.withLock { $0 = nil }
    clock.withLock { $0 += KeySource.age }
    #expect(try await source.key("new") != nil)
    clock.withLock { $0 += KeySource.age }
    await #expect(throws: KeySource.Unavailable.self) { try await source.key("new") }
  }

  @Test("A document with a private, weak or repeated key is refused; addresses need TLS")
  func documents() throws {
    func read(_ text: String) throws { _ = try KeySet(Array(text.utf8)) }
    let x = Base64URL.encode(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)
    let key = #""kty":"OKP","crv":"Ed25519","x":"\#(x)""#
    try read(#"{"keys":[{"kid":"a",\#(key)}]}"#)
    #expect(throws: KeySet.Flaw.privateKey(kid: "a")) {
      try read(#"{"keys":[{"kid":"a","d":"AA",\#(key)}]}"#)
    }
    #expect(throws: KeySet.Flaw.repeatedKid("a")) {
      try read(#"{"keys":[{"kid":"a",\#(key)},{"kid":"a",\#(key)}]}"#)
    }
    #expect(throws: KeySet.Flaw.weakKey(kid: "a")) {
      try read(#"{"keys":[{"kid":"a","kty":"RSA","n":"wQAB","e":"AQAB"}]}"#)
    }
    #expect(throws: KeySet.Flaw.noKeys) {
      try read(#"{"keys":[{"kty":"oct","kid":"a","k":"AA"}]}"#)
    }
    #expect(throws: KeySet.Flaw.notJSON) { try read("<html>") }
    for address in [
      "http://id.example.gov.cn/keys", "http://127.0.0.1:8000/keys", "HTTP://a/b", "ftp://a/keys",
      "file:///etc/keys", "https://", "https:///keys",
    ] {
      #expect(KeyLocation(address) == nil, "\(address)")
    }
    #expect(KeyLocation("https://id.example.gov.cn/keys") != nil)
    #expect(KeyLocation("/etc/yaosu/jwks.json") == .file("/etc/yaosu/jwks.json"))
  }

  @Test("A vouched person has the rights of department and role, and stands in the audit")
  func rights() async throws {
    let issuer = try Issuer()
    try await Harness.with { harness in
      let responder = try Harness.responder(
        harness.database, .forTests, provider: try issuer.provider())
      func call(_ path: String, _ changes: [String: Any?]) async throws -> Reply {
        let token = try issuer.token(["alg": "EdDSA", "kid": "e"], changes)
        return await harness.call("GET", path, token: token, on: responder)
      }
      // As with a token of ours: the same rows, the same count of hidden ones.
      for department in ["county:341802", "industry", "university:4134010359"] {
        let ours = await harness.call(
          "GET", "/v1/enterprises?limit=200",
          token: try await harness.token(department, .reader))
        let theirs = try await call(
          "/v1/enterprises?limit=200", ["yaosu_department": department, "yaosu_role": "reader"])
        #expect(theirs.status == 200)
        #expect(theirs.text == ours.text)
      }
      #expect(try await call("/v1/enterprises", ["yaosu_role": "auditor"]).code == "forbidden")
      for changes: [String: Any?] in [
        ["yaosu_department": "county:999999"], ["yaosu_jurisdiction": "310000"],
        ["exp": 1], ["iss": "https://elsewhere"],
      ] {
        let reply = try await call("/v1/chains", changes)
        #expect(reply.status == 401)
        #expect(reply.header("WWW-Authenticate")?.contains("invalid_token") == true)
      }
      let row = try await call("/v1/enterprises?limit=1", [:]).items[0]
      let (uscc, version) = (row["uscc"] as? String ?? "", row["version"] as? String ?? "")
      let changed = await harness.call(
        "PATCH", "/v1/enterprises/\(uscc)", token: try issuer.token(), body: #"{"employees":7}"#,
        headers: ["If-Match": "\"\(version)\""], on: responder)
      #expect(changed.status == 200)
      let cause: String = try await harness.one(
        "SELECT cause FROM audit.event ORDER BY position DESC LIMIT 1")
      #expect(cause.hasPrefix("li.hua of \(Issuer.name), request "))
      // Nobody but the service vouches.
      let vouchers: String = try await harness.one(
        """
        SELECT coalesce(string_agg(r, ','), '') FROM unnest(array['yaosu_reader', 'yaosu_department',
          'yaosu_auditor', 'yaosu_admin']) r
        WHERE has_function_privilege(r, 'access.vouch(text, text, text, integer)', 'execute')
        """)
      #expect(vouchers == "")
      // Where no provider is configured, no such token counts.
      let without = await harness.call("GET", "/v1/chains", token: try issuer.token())
      #expect(without.status == 401)
    }
  }
}
