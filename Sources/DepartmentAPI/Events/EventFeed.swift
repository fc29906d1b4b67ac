internal import Allocation
internal import Postgres

/// What has changed since a position of the audit chain, as far as the caller may see it.
///
/// An audit event names the tables that it changed; the rows that it wrote are looked for in those,
/// in the caller's own role. A row that was changed again belongs to the later event only.
struct EventFeed: Sendable {
  let subjects: [EventSubject]
  let desk: CallDesk

  /// Events of the chain that are looked at in one go.
  private static let mostEvents = 200
  /// Keys that a message holds of a resource; it always says how many rows there are.
  private static let mostKeys: Int32 = 100

  init(resources: [Resource], desk: CallDesk) {
    self.desk = desk
    subjects = EventSubject.all(resources)
  }

  /// One message of the stream.
  struct Message: Sendable {
    enum Kind: String, Sendable {
      /// Resources have changed.
      case change
      /// The caller's position is beyond the end of the chain: it goes on from the end.
      case reset
    }

    let kind: Kind
    let position: Int
    let json: String
  }

  /// Part of the feed.
  struct Page: Sendable {
    var messages: [Message] = []
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
      if let position, events.isEmpty {
        return try await standstill(at: position, room.connection)
      }
      var page = Page(position: position ?? 0)
      page.hasMore = events.count == Self.mostEvents
      for (at, event, tables) in events {
        page.position = at
        guard let event else { continue }
        let changes = try await changes(event, Set(tables), room.connection)
        if !changes.isEmpty { page.messages.append(Self.message(of: changes, at: at)) }
      }
      return page
    }
  }

  /// A page without events. A position that the chain does not have, as after a restore from a backup,
  /// would be waited for in silence until the chain has passed it.
  private func standstill(at position: Int, _ connection: Connection) async throws -> Page {
    let end = try await connection.query("SELECT position FROM access.events_after(NULL, 1)")
      .only(Int.self)
    guard position > end else { return Page(position: position) }
    let reset = Message(kind: .reset, position: end, json: #"{"position":"\#(end)"}"#)
    return Page(messages: [reset], position: end)
  }

  private static func message(of changes: [String], at position: Int) -> Message {
    Message(
      kind: .change, position: position,
      json: #"{"position":"\#(position)","changes":[\#(changes.joined(separator: ","))]}"#)
  }

  private func changes(
    _ event: Int, _ tables: Set<String>, _ connection: Connection
  ) async throws -> [String] {
    var changes: [String] = []
    for subject in subjects {
      guard let statement = subject.statement(of: event, in: tables, most: Self.mostKeys)
      else { continue }
      changes += try await connection.query(statement).decode(String.self)
    }
    return changes
  }
}
