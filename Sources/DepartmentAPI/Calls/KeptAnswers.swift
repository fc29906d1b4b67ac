internal import Allocation
internal import Crypto
internal import Foundation
internal import HTTPTypes
internal import Postgres

/// The answers on record (`access.answered`): a retry with the same key is given the first one's.
///
/// Statements are for the service's role, in the transaction of the change that they answer for.
enum KeptAnswers {
  /// How long an answer can be repeated.
  static let days = 7

  /// A key with what makes its request what it is.
  struct Claim: Sendable {
    let key: String
    let digest: [UInt8]
    /// The digest as arrays of parameters take it.
    let hexDigest: String

    /// - Throws: ``Problem`` `idempotency_key_missing`, or `bad_parameter` for what is none.
    init(_ call: Call) throws(Problem) {
      key = try Self.key(call)
      digest = Self.digest(call)
      hexDigest = String(
        decoding: digest.flatMap { [Self.digit($0 >> 4), Self.digit($0 & 15)] }, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
      value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }

    /// - Throws: ``Problem`` `idempotency_key_missing`, or `bad_parameter` for what is none.
    static func key(_ call: Call) throws(Problem) -> String {
      guard let key = call.headers[.idempotencyKey] else { throw Problem(.keyMissing) }
      guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21..<0x7F).contains($0) })
      else {
        throw .parameter(
          "Idempotency-Key", "须为 1 至 255 个可见 ASCII 字符", "1 to 255 visible ASCII characters")
      }
      return key
    }

    private static func digest(_ call: Call) -> [UInt8] {
      var hash = SHA256()
      let parts = call.parameters.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
      for part in [call.operation] + parts + [call.headers[.ifMatch] ?? ""] {
        hash.update(data: Data(part.utf8))
        hash.update(data: Data([0]))
      }
      hash.update(data: Data(call.body))
      return Array(hash.finalize())
    }
  }

  /// Waits until nobody else is at work with one of the keys, and keeps others from them until the
  /// transaction ends. In one order for all: two that want the same keys never wait for each other.
  ///
  /// A lock by name and no row: what is refused leaves nothing behind, and an answer is written once.
  /// The next statement sees what whoever held a key before has committed.
  ///
  /// - Precondition: nothing else is locked yet, and the transaction is READ COMMITTED.
  static func turn(_ claims: [Claim], for caller: Caller) -> SQL {
    """
    SELECT pg_advisory_xact_lock(c.lock) FROM (
      SELECT hashtextextended(concat_ws(' ', 'access.answered', \(caller.department)::text,
        \(caller.bearer)::text, k.key), 0) AS lock
      FROM unnest((SELECT \(claims.map(\.key))::text[])) AS k (key) ORDER BY 1) c
    """
  }

  /// What is on record for keys, see ``answers(_:to:)``.
  static func known(_ claims: [Claim], for caller: Caller) -> SQL {
    """
    SELECT a.* FROM unnest((SELECT \(claims.map(\.key))::text[])) AS k (key)
    CROSS JOIN LATERAL (
      SELECT key, request_digest, status, etag, location, body FROM access.answered
      WHERE (department, bearer, key) = (\(caller.department), \(caller.bearer), k.key) LIMIT 1) a
    """
  }

  /// Reads what ``known(_:for:)`` has found.
  ///
  /// - Returns: by key the answer to the earlier request with it; ``Problem``
  ///   `idempotency_key_reused` where that was another one.
  static func answers(
    _ known: Rows, to claims: [Claim]
  ) throws -> [String: Result<Answer, any Error>] {
    if known.isEmpty { return [:] }
    let digests = Dictionary(claims.map { ($0.key, $0.digest) }, uniquingKeysWith: { $1 })
    let rows = try known.decode(
      String.self, [UInt8].self, Int16.self, String?.self, String?.self, String?.self)
    return Dictionary(
      rows.map { key, digest, status, version, location, body in
        guard digest == digests[key] else { return (key, .failure(Problem(.keyReused))) }
        var answer = Answer(Int(status), json: body ?? "", version: version, location: location)
        answer.isReplayed = true
        return (key, .success(answer))
      }, uniquingKeysWith: { $1 })
  }

  /// Puts answers on record for keys whose ``turn(_:for:)`` it is.
  static func keeping(_ answers: [(claim: Claim, answer: Answer)], for caller: Caller) -> SQL {
    """
    INSERT INTO access.answered
      (department, bearer, key, request_digest, status, etag, location, body)
    SELECT \(caller.department), \(caller.bearer), n.key, decode(n.digest, 'hex'), n.status, n.etag,
      n.location, n.body
    FROM unnest(
      \(answers.map(\.claim.key))::text[], \(answers.map(\.claim.hexDigest))::text[],
      \(answers.map { Int16($0.answer.status) })::smallint[],
      \(answers.map(\.answer.version))::text[], \(answers.map(\.answer.location))::text[],
      \(answers.map(\.answer.body))::text[]) AS n (key, digest, status, etag, location, body)
    """
  }

  /// Forgets answers older than ``days``.
  static var forgetting: SQL {
    """
    DELETE FROM access.answered
    WHERE answered_at < transaction_timestamp() - make_interval(days => \(Int32(days)))
    """
  }
}
