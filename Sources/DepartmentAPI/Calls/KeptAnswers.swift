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

  /// Claims keys for this transaction, in their order, and waits for whoever has claimed one.
  /// Answers with those that are ours now.
  static func claiming(_ claims: [Claim], for caller: Caller) -> SQL {
    """
    INSERT INTO access.answered (department, bearer, key, request_digest)
    SELECT \(caller.department), \(caller.bearer), c.key, decode(c.digest, 'hex')
    FROM unnest(\(claims.map(\.key))::text[], \(claims.map(\.hexDigest))::text[]) AS c (key, digest)
    ORDER BY c.key COLLATE "C"
    ON CONFLICT DO NOTHING RETURNING key
    """
  }

  /// The answer to the earlier request with the key; ``Problem`` `idempotency_key_reused` where that
  /// was another one.
  static func earlier(
    _ claim: Claim, of caller: Caller, _ connection: Connection
  ) async throws -> Result<Answer, any Error> {
    let (known, status, version, location, body) = try await connection.query(
      """
      SELECT request_digest, status, etag, location, body FROM access.answered
      WHERE (department, bearer, key) = (\(caller.department), \(caller.bearer), \(claim.key))
      """
    ).only([UInt8].self, Int16?.self, String?.self, String?.self, String?.self)
    guard known == claim.digest, let status else { return .failure(Problem(.keyReused)) }
    var answer = Answer(Int(status), json: body ?? "", version: version, location: location)
    answer.isReplayed = true
    return .success(answer)
  }

  /// Puts answers on record for keys that this transaction has claimed.
  ///
  /// Each row is there: the insertion finds it by its key, where an UPDATE that joins would read the
  /// whole table once for a batch.
  static func keeping(_ answers: [(claim: Claim, answer: Answer)], for caller: Caller) -> SQL {
    """
    INSERT INTO access.answered AS a
      (department, bearer, key, request_digest, status, etag, location, body)
    SELECT \(caller.department), \(caller.bearer), n.key, decode(n.digest, 'hex'), n.status, n.etag,
      n.location, n.body
    FROM unnest(
      \(answers.map(\.claim.key))::text[], \(answers.map(\.claim.hexDigest))::text[],
      \(answers.map { Int16($0.answer.status) })::smallint[],
      \(answers.map(\.answer.version))::text[], \(answers.map(\.answer.location))::text[],
      \(answers.map(\.answer.body))::text[]) AS n (key, digest, status, etag, location, body)
    ON CONFLICT (department, bearer, key) DO UPDATE
    SET status = excluded.status, etag = excluded.etag, location = excluded.location,
      body = excluded.body
    """
  }

  /// Sets keys free that this transaction has claimed for nothing.
  static func freeing(_ keys: [String], of caller: Caller) -> SQL {
    """
    DELETE FROM access.answered
    WHERE (department, bearer) = (\(caller.department), \(caller.bearer))
      AND key = ANY (\(keys)::text[])
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
