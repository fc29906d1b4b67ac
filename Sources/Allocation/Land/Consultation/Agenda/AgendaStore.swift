import Foundation
import Postgres

/// Reads and writes a session's agenda, in the caller's transaction.
struct AgendaStore: Sendable {
  private let connection: Connection
  private let jurisdiction: String
  private let date: DateOnly

  init(_ connection: Connection, _ jurisdiction: String, _ date: DateOnly) {
    self.connection = connection
    self.jurisdiction = jurisdiction
    self.date = date
  }

  /// Where a request stood on the last agenda before this one.
  struct Earlier: Decodable, Sendable {
    let request: String
    let position: Int?
    let raisedOn: DateOnly
    let carried: Int

    /// An item for which there was no time has been carried over once more.
    var carriedOnce: Int { carried + (position == nil ? 1 : 0) }
  }

  func earlier() async throws -> [String: Earlier] {
    let rows = try await connection.query(
      """
      SELECT DISTINCT ON (request) request, position::bigint AS position, raised_on,
        carried::bigint AS carried
      FROM land.agenda_item WHERE jurisdiction = \(jurisdiction) AND session_on < \(date)
      ORDER BY request, session_on DESC
      """
    ).records(as: Earlier.self)
    return Dictionary(rows.map { ($0.request, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Requests that have got an offer or a commitment since the round, or that a session has closed.
  func served() async throws -> Set<String> {
    Set(
      try await connection.query(
        """
        SELECT request FROM allocation.live_offers(\(date))
        WHERE mechanism = 'land' AND jurisdiction = \(jurisdiction)
        UNION SELECT request FROM land.closed_requests(\(jurisdiction), \(date))
        """
      ).decode(String.self))
  }

  /// The departments that can lift each cause.
  func departments() async throws -> [String: [String]] {
    Dictionary(
      try await connection.query("SELECT code, departments FROM land.blocking_cause")
        .decode(String.self, [String].self), uniquingKeysWith: { first, _ in first })
  }

  /// The agenda as it stands: placed items in order, then the others by request.
  func items() async throws -> [AgendaItem] {
    let rows = try await connection.query(
      """
      SELECT request, round_id AS "roundID", position::bigint AS position, cause, figures::text AS figures,
        departments, worth, worth_tax_wan AS "worthTax", minutes::bigint AS minutes, raised_on,
        carried::bigint AS carried
      FROM land.agenda_item WHERE jurisdiction = \(jurisdiction) AND session_on = \(date)
      ORDER BY position NULLS LAST, request COLLATE "C"
      """
    ).records(as: StoredItem.self)
    return try rows.map { try $0.item() }
  }

  func replace(with items: [AgendaItem]) async throws {
    _ = try await connection.execute(
      """
      DELETE FROM land.agenda_item
      WHERE jurisdiction = \(jurisdiction) AND session_on = \(date)
      """)
    guard !items.isEmpty else { return }
    // Not by COPY, which PostgreSQL does not take into a table with row-level security.
    _ = try await connection.execute(
      """
      INSERT INTO land.agenda_item (jurisdiction, session_on, request, round_id, position, cause,
        figures, departments, worth, worth_tax_wan, minutes, raised_on, carried)
      SELECT \(jurisdiction), \(date), i.request, i.round_id, nullif(i.position, 0), i.cause,
        i.figures::jsonb, string_to_array(i.departments, ';'), i.worth, i.worth_tax_wan, i.minutes,
        i.raised_on, i.carried
      FROM unnest(\(items.map(\.request))::text[], \(items.map(\.roundID))::bigint[],
        \(items.map { $0.position ?? 0 })::integer[], \(items.map(\.cause))::text[],
        \(try items.map { try $0.figures.json() })::text[],
        \(items.map { $0.departments.joined(separator: ";") })::text[],
        \(items.map(\.worth))::bigint[], \(items.map(\.worthTax))::bigint[],
        \(items.map(\.minutes))::integer[], \(items.map(\.raisedOn))::date[],
        \(items.map(\.carried))::integer[])
        AS i (request, round_id, position, cause, figures, departments, worth, worth_tax_wan,
          minutes, raised_on, carried)
      """)
  }

  private struct StoredItem: Decodable {
    let request: String
    let roundID: Int
    let position: Int?
    let cause: String
    let figures: String
    let departments: [String]
    let worth: Int64
    let worthTax: Int64
    let minutes: Int
    let raisedOn: DateOnly
    let carried: Int

    func item() throws -> AgendaItem {
      AgendaItem(
        request: request, roundID: roundID, position: position, cause: cause,
        figures: try JSONDecoder().decode(BlockFigures.self, from: Data(figures.utf8)),
        departments: departments, worth: worth, worthTax: worthTax, minutes: minutes,
        raisedOn: raisedOn, carried: carried)
    }
  }
}

extension BlockFigures {
  /// The figures as JSON with sorted keys.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
