internal import Allocation
internal import Postgres

/// What has changed since a position of the audit chain, as far as the caller may see it.
///
/// An audit event names the tables that it changed; the rows that it wrote are looked for in those,
/// in the caller's own role. A row that was changed again belongs to the later event only.
struct EventFeed: Sendable {
  /// A table whose changes are told.
  struct Subject: Sendable {
    /// As the path of the API names it.
    let resource: String
    /// With schema.
    let table: String
    let key: [String]
  }

  let subjects: [Subject]
  let desk: CallDesk

  /// Events of the chain that are looked at in one go.
  private static let mostEvents = 200
  /// Keys that a message holds; it always says how many rows there are.
  private static let mostKeys = 100

  init(resources: [Resource], desk: CallDesk) {
    self.desk = desk
    subjects =
      resources.map {
        Subject(resource: $0.path, table: "registry.\($0.table.name)", key: $0.key)
      } + [
        Subject(resource: "offers", table: "allocation.offer", key: ["offer_id"]),
        Subject(resource: "rounds", table: "allocation.round", key: ["round_id"]),
        Subject(
          resource: "queued-rounds", table: "allocation.queued_round", key: ["queued_id"]),
        Subject(resource: "acts", table: "allocation.act", key: ["act_id"]),
      ]
  }

  /// Part of the feed.
  struct Page: Sendable {
    var messages: [(position: Int, json: String)] = []
    /// How far the chain has been read.
    var position: Int
    var hasMore = false
  }

  /// - Parameter position: the last that the caller has; `nil` for the end of the chain.
  /// - Throws: ``Problem`` `unauthenticated`, `forbidden`.
  func page(_ call: Call, after position: Int?) async throws -> Page {
    try await desk.read(call) { room in
      guard ![Role.auditor, .admin].contains(room.caller.role) else { throw Problem(.forbidden) }
      let events = try await room.connection.query(
        """
        SELECT position, event_id, tables
        FROM access.events_after(\(position), \(Int32(Self.mostEvents)))
        """
      ).decode(Int.self, Int?.self, [String].self)
      var page = Page(position: position ?? 0)
      page.hasMore = events.count == Self.mostEvents
      for (at, event, tables) in events {
        page.position = at
        guard let event else { continue }
        let changes = try await changes(event, Set(tables), room.connection)
        if !changes.isEmpty {
          page.messages.append(
            (at, #"{"position":"\#(at)","changes":[\#(changes.joined(separator: ","))]}"#))
        }
      }
      return page
    }
  }

  private func changes(
    _ event: Int, _ tables: Set<String>, _ connection: Connection
  ) async throws -> [String] {
    var changes: [String] = []
    for subject in subjects where tables.contains(subject.table) {
      let key = subject.key.map { "t.\(identifier: $0)::text" as SQL }.joined()
      let table = SQL(unsafeText: subject.table)
      let found = try await connection.query(
        """
        SELECT json_build_object('resource', \(subject.resource)::text, 'rows', count(*),
          'keys', coalesce(json_agg(key) FILTER (WHERE n <= \(Int32(Self.mostKeys))), '[]'))::text
        FROM (SELECT ARRAY[\(key)] AS key, row_number() OVER (ORDER BY \(key)) AS n
          FROM \(table) t WHERE t.event_id = \(event)) k
        HAVING count(*) > 0
        """
      ).decode(String.self)
      changes += found
    }
    return changes
  }
}
