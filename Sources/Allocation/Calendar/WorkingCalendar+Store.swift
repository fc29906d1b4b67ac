import Embedded
public import Postgres

extension WorkingCalendar {
  /// Reads the calendar from the loaded notices.
  public static func load(from connection: Connection) async throws -> WorkingCalendar {
    let years = try await connection.query("SELECT year::bigint FROM calendar.notices")
      .decode(Int.self)
    let days = try await connection.query("SELECT day, is_off FROM calendar.exceptions")
      .decode(DateOnly.self, Bool.self)
    return WorkingCalendar(
      exceptions: Dictionary(days, uniquingKeysWith: { _, last in last }), years: Set(years))
  }

  /// Brings the database to the notices that this program carries. A year without days is not
  /// published yet and stays provisional.
  ///
  /// - Precondition: an audit event is open in the transaction.
  static func storeNotices(_ connection: Connection) async throws {
    for file in EmbeddedFiles.data where file.name.hasPrefix("reference/holiday-cn-") {
      guard file.name.hasSuffix(".json") else { continue }
      let notice = try HolidayNotice(json: file.text, file: file.name)
      if !notice.exceptions.isEmpty { try await store(notice, connection) }
    }
  }

  private static func store(_ notice: HolidayNotice, _ connection: Connection) async throws {
    _ = try await connection.execute(
      """
      INSERT INTO calendar.notices AS n (year, source) VALUES (\(notice.year), \(notice.source))
      ON CONFLICT (year) DO UPDATE SET source = excluded.source
      WHERE n.source IS DISTINCT FROM excluded.source
      """)
    _ = try await connection.execute(
      """
      INSERT INTO calendar.exceptions AS e (day, name, is_off, year)
      SELECT day, name, is_off, \(notice.year)::int
      FROM unnest(\(notice.exceptions.map(\.day))::date[], \(notice.exceptions.map(\.name))::text[],
        \(notice.exceptions.map(\.isOff))::bool[]) AS t (day, name, is_off)
      ON CONFLICT (day) DO UPDATE
        SET name = excluded.name, is_off = excluded.is_off, year = excluded.year
      WHERE (e.name, e.is_off, e.year)
        IS DISTINCT FROM (excluded.name, excluded.is_off, excluded.year)
      """)
    _ = try await connection.execute(
      """
      DELETE FROM calendar.exceptions
      WHERE year = \(notice.year)::int AND day <> ALL (\(notice.exceptions.map(\.day))::date[])
      """)
  }
}
