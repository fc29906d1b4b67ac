internal import Allocation
internal import Crypto
internal import Foundation
internal import HTTPTypes
internal import Postgres

/// Runs calls against the database, each in one transaction in the caller's own role.
struct CallDesk: Sendable {
  let pool: Pool
  /// Tells the day; the database's own clock if `nil`.
  let clock: (@Sendable () -> DateOnly)?
  let rows: SharedReads

  init(pool: Pool, clock: (@Sendable () -> DateOnly)? = nil) {
    self.pool = pool
    self.clock = clock
    rows = SharedReads(pool: pool, lanes: ProcessInfo.processInfo.activeProcessorCount)
  }

  /// What a handler works with inside the transaction.
  struct Room: Sendable {
    let connection: Connection
    let caller: Caller

    /// Runs `body` in the service's role, which sees every row, and goes back to the caller's.
    func asService<R>(_ body: (Connection) async throws -> R) async throws -> R {
      try connection.take(.service, of: caller)
      let result = try await body(connection)
      try connection.take(.caller, of: caller)
      return result
    }

    /// Asks first in the caller's role and then in the service's, in one round trip.
    ///
    /// - Returns: the rows of each.
    func ask(_ asCaller: SQL, thenAsService: SQL) async throws -> (Rows, Rows) {
      let rows = try await connection.pipeline([
        asCaller, Connection.taking(.service, of: caller), thenAsService,
        Connection.taking(.caller, of: caller),
      ])
      guard rows.count == 4 else { throw Problem(.internalError) }
      return (rows[0], rows[2])
    }
  }

  /// Reads, in a transaction that the database itself keeps from writing.
  ///
  /// - Throws: ``Problem`` `unauthenticated`; what `body` throws.
  func read<R>(_ call: Call, _ body: (Room) async throws -> R) async throws -> R {
    let credential = try call.shown()
    return try await pool.transaction(readOnly: true) { connection in
      guard
        let caller = try await connection.enter(credential, within: call.timeLeft, as: .caller)
      else { throw Self.refusal(credential) }
      return try await body(Room(connection: connection, caller: caller))
    }
  }

  /// What `read` tells of the call itself; what it throws is told only to who is let in.
  func told<R>(_ call: Call, _ read: () throws -> R) async throws -> R {
    do {
      return try read()
    } catch {
      try await self.read(call) { _ in }
      throw error
    }
  }

  /// Changes something: the change, its audit event and the answer on record are one transaction,
  /// so that a retry with the same key repeats the answer, whenever the first attempt broke off.
  ///
  /// - Parameters:
  ///   - roles: who may; others are refused before anything is read.
  ///   - opensEvent: whether the audit event is opened here; otherwise `body` opens one.
  /// - Throws: ``Problem``; what `body` throws. Nothing has changed then, and the key is free.
  func change(
    _ call: Call, roles: Set<Role>, opensEvent: Bool = true, _ body: (Room) async throws -> Answer
  ) async throws -> Answer {
    let credential = try call.shown()
    let key = try call.operation.method == "POST" ? Self.key(call) : nil
    return try await pool.transaction { connection in
      guard
        let caller = try await connection.enter(credential, within: call.timeLeft, as: .service)
      else { throw Self.refusal(credential) }
      guard roles.contains(caller.role) else { throw Problem(.forbidden) }
      if let key, let earlier = try await Self.claim(key, call, caller, connection) {
        return earlier
      }
      if opensEvent {
        try await connection.beginEvent(
          Cause(
            actor: caller.department, reason: "\(caller.proof), request \(call.id)",
            action: call.operation.id))
      }
      try connection.take(.caller, of: caller)
      let answer = try await body(Room(connection: connection, caller: caller))
      if let key {
        try connection.take(.service, of: caller)
        try Self.record(answer, key, caller, connection)
      }
      return answer
    }
  }
}

extension CallDesk {
  static func refusal(_ credential: Credential) -> Problem {
    switch credential {
    case .token: .noCaller
    case .person: .of(IdentityRefusal.department)
    }
  }

  /// How long an answer can be repeated.
  static let memoryDays = 7

  static func key(_ call: Call) throws(Problem) -> String {
    guard let key = call.headers[.idempotencyKey] else { throw Problem(.keyMissing) }
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21..<0x7F).contains($0) })
    else {
      throw .parameter(
        "Idempotency-Key", "须为 1 至 255 个可见 ASCII 字符", "1 to 255 visible ASCII characters")
    }
    return key
  }

  /// Claims the key for this call, or waits for whoever has claimed it.
  ///
  /// - Returns: the earlier answer; `nil` if the key is ours.
  /// - Throws: ``Problem`` `idempotency_key_reused`.
  private static func claim(
    _ key: String, _ call: Call, _ caller: Caller, _ connection: Connection
  ) async throws -> Answer? {
    let digest = requestDigest(call)
    let claimed = try await connection.execute(
      """
      INSERT INTO access.answered (department, bearer, key, request_digest)
      VALUES (\(caller.department), \(caller.bearer), \(key), \(digest)) ON CONFLICT DO NOTHING
      """)
    if claimed > 0 { return nil }
    let (known, status, version, location, body) = try await connection.query(
      """
      SELECT request_digest, status, etag, location, body FROM access.answered
      WHERE (department, bearer, key) = (\(caller.department), \(caller.bearer), \(key))
      """
    ).only([UInt8].self, Int16?.self, String?.self, String?.self, String?.self)
    guard known == digest, let status else { throw Problem(.keyReused) }
    var answer = Answer(Int(status), json: body ?? "", version: version, location: location)
    answer.isReplayed = true
    return answer
  }

  /// Everything that makes the request what it is.
  private static func requestDigest(_ call: Call) -> [UInt8] {
    var hash = SHA256()
    let parts = call.parameters.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    for part in [call.operation.id] + parts + [call.headers[.ifMatch] ?? ""] {
      hash.update(data: Data(part.utf8))
      hash.update(data: Data([0]))
    }
    hash.update(data: Data(call.body))
    return Array(hash.finalize())
  }

  private static func record(
    _ answer: Answer, _ key: String, _ caller: Caller, _ connection: Connection
  ) throws {
    try connection.sendAhead(
      """
      UPDATE access.answered
      SET status = \(Int16(answer.status)), etag = \(answer.version),
        location = \(answer.location), body = \(answer.body)
      WHERE (department, bearer, key) = (\(caller.department), \(caller.bearer), \(key))
      """)
  }

  /// Forgets answers older than ``memoryDays``.
  func forget() async throws {
    try await pool.execute(
      """
      DELETE FROM access.answered
      WHERE answered_at < transaction_timestamp() - make_interval(days => \(Int32(Self.memoryDays)))
      """)
  }
}
