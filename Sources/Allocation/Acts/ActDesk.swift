public import Postgres

/// Where acts are asked for and decided, inside a caller's transaction with its audit event.
///
/// Whoever asks and whoever decides are judged in their own database role; what an approved act does
/// is done as the service, in the same transaction. The table keeps the rules once more:
/// `act_second_person`, `act_digest`, `act_versions`, `act_done_once`.
public struct ActDesk: Sendable {
  private let connection: Connection
  private let caller: Caller
  private let today: DateOnly

  /// Who may ask for an act, and who may approve or refuse it.
  public static let askers: Set<Role> = [.clerk, .owner]
  public static let deciders: Set<Role> = [.approver]

  /// - Parameters:
  ///   - connection: in a transaction with an open audit event, in the caller's own role.
  ///   - today: the day on which what an act does is recorded, by default the machine's in Asia/Shanghai.
  public init(_ connection: Connection, _ caller: Caller, today: DateOnly = .todayInShanghai) {
    self.connection = connection
    self.caller = caller
    self.today = today
  }

  /// Asks for an act. What it would do is tried first, and taken back: what cannot be done is not
  /// asked for.
  ///
  /// - Parameter digest: what the caller has seen, in hexadecimal; `nil` where the wish itself says all.
  /// - Returns: the act's number.
  /// - Throws: ``ActRefusal``, what the effect throws, ``PostgresError``.
  public func ask(_ wish: ActWish, digest: String?) async throws -> Int {
    guard caller.person != nil else { throw ActRefusal.nobody }
    // First of all: what an act would run into is not for everybody to hear.
    let may = try await connection.query("SELECT access.asks(\(wish.kind.rawValue))").only(
      Bool.self)
    guard may else { throw ActRefusal.forbidden }
    let (content, meant) = try await asService { connection in
      try await Self.checkUnasked(wish, connection)
      let content = try await Self.pinned(wish, connection)
      let meant =
        if let digest { digest } else { try await Self.digest(of: wish, content, connection) }
      try await rehearse(wish.effect, connection)
      return (content, meant)
    }
    return try await Self.naming {
      try await connection.query(
        """
        INSERT INTO allocation.act (kind, subject, jurisdiction, content, content_digest, note)
        VALUES (\(wish.kind.rawValue), \(wish.subject), \(wish.jurisdiction),
          \(content)::jsonb, \(meant), \(wish.note))
        RETURNING act_id
        """
      ).only(Int.self)
    }
  }

  /// Approves an act and does it, if the rows that it names are as they were when it was asked for.
  ///
  /// - Parameter digest: of what the caller means to approve.
  /// - Throws: ``ActRefusal``, what the effect throws, ``PostgresError``.
  @discardableResult
  public func approve(
    _ act: Act, digest: String, note: String?
  ) async throws -> ActEffect.Outcome {
    try checkOpen(act, isOwn: false)
    guard digest == act.digest else { throw ActRefusal.digest }
    let effect = try ActEffect(act)
    try await write(.approved, act, note)
    return try await asService { try await effect.perform(by: act.askedBy, today: today, on: $0) }
  }

  /// Refuses an act, with the reason.
  ///
  /// - Throws: ``ActRefusal``, ``PostgresError``.
  public func refuse(_ act: Act, note: String) async throws {
    try checkOpen(act, isOwn: false)
    try await write(.refused, act, note)
  }

  /// Takes one's own act back.
  ///
  /// - Throws: ``ActRefusal``, ``PostgresError``.
  public func withdraw(_ act: Act, note: String?) async throws {
    try checkOpen(act, isOwn: true)
    try await write(.withdrawn, act, note)
  }

  /// An act that the caller may see.
  ///
  /// - Throws: ``ActRefusal/unknown``.
  public func find(_ id: Int) async throws -> Act {
    let found = try await connection.query(
      """
      SELECT kind, subject, jurisdiction, content, content_digest::text, state, asked_by,
        asked_person, event_id::text
      FROM allocation.act WHERE act_id = \(id)
      """
    ).decode(
      String.self, String.self, String?.self, JSONText.self, String.self, String.self, String.self,
      String.self, String.self)
    guard let (word, subject, place, content, digest, stage, by, person, version) = found.first,
      let kind = ActKind(rawValue: word), let state = Act.State(rawValue: stage)
    else { throw ActRefusal.unknown }
    return Act(
      id: id, kind: kind, subject: subject, jurisdiction: place, content: content, digest: digest,
      state: state, askedBy: by, person: person, version: version)
  }
}

extension ActDesk {
  private struct Rehearsed: Error {}

  private func rehearse(_ effect: ActEffect, _ connection: Connection) async throws {
    do {
      try await connection.transaction { connection in
        _ = try await effect.perform(by: caller.department, today: today, on: connection)
        throw Rehearsed()
      }
    } catch is Rehearsed {
      return
    }
  }

  /// What is to be done, with the versions of the rows that it names; those are locked from here on.
  private static func pinned(
    _ wish: ActWish, _ connection: Connection
  ) async throws -> JSONText {
    try await connection.query(
      """
      SELECT allocation.act_pinned(\(wish.kind.rawValue), \(wish.jurisdiction),
        \(wish.content)::jsonb)
      """
    ).only(JSONText.self)
  }

  /// - Throws: ``ActRefusal/unknown`` where there is nothing to have a digest.
  private static func digest(
    of wish: ActWish, _ content: JSONText, _ connection: Connection
  ) async throws -> String {
    let digest = try await connection.query(
      """
      SELECT allocation.act_digest(\(wish.kind.rawValue), \(wish.subject), \(content)::jsonb)
      """
    ).only(String?.self)
    guard let digest else { throw ActRefusal.unknown }
    return digest
  }

  /// The table compares digest, content and the rows that it names; its refusals have names here.
  private static func naming<R>(_ write: () async throws -> R) async throws -> R {
    do {
      return try await write()
    } catch let error as PostgresError where error.constraint == "act_digest" {
      throw ActRefusal.digest
    } catch let error as PostgresError where error.constraint == "act_versions" {
      throw ActRefusal.changed
    }
  }

  private static func checkUnasked(_ wish: ActWish, _ connection: Connection) async throws {
    let states = try await connection.query(
      """
      SELECT a.state FROM allocation.act a JOIN allocation.act_kind k USING (kind)
      WHERE a.kind = \(wish.kind.rawValue) AND a.subject = \(wish.subject)
        AND (k.is_once OR a.jurisdiction IS NOT DISTINCT FROM \(wish.jurisdiction))
        AND (a.state = 'asked' OR (a.state = 'approved' AND k.is_once))
      """
    ).decode(String.self)
    if states.contains(Act.State.approved.rawValue) { throw ActRefusal.done(.approved) }
    if !states.isEmpty { throw ActRefusal.open }
  }

  private func checkOpen(_ act: Act, isOwn: Bool) throws(ActRefusal) {
    guard let person = caller.person else { throw .nobody }
    guard act.state == .asked else { throw .done(act.state) }
    guard (person == act.person) == isOwn else { throw isOwn ? .otherPerson : .samePerson }
  }

  /// - Throws: ``PostgresError`` with SQLSTATE 55000 where another was faster;
  ///   ``ActRefusal/forbidden`` for what is not the caller's to decide.
  private func write(_ state: Act.State, _ act: Act, _ note: String?) async throws {
    let written = try await Self.naming {
      try await connection.execute(
        """
        UPDATE allocation.act SET state = \(state.rawValue), decision_note = \(note)
        WHERE act_id = \(act.id)
        """)
    }
    guard written == 1 else { throw ActRefusal.forbidden }
  }

  private func asService<R>(_ body: (Connection) async throws -> R) async throws -> R {
    try connection.take(.service, of: caller)
    let result = try await body(connection)
    try connection.take(.caller, of: caller)
    return result
  }
}
