import Postgres
import Testing

@testable import Allocation

/// Rebuilds tables from the audit's events alone.
enum AuditReplay {
  /// Expects that the last value the events tell of each row is the row, and that no row was told of
  /// that is not there.
  ///
  /// - Parameter tables: each with the columns of its key, joined by commas.
  static func expectSame(
    _ schema: String, _ tables: [(name: String, key: String)], _ superuser: Pool
  ) async throws {
    for (table, key) in tables {
      let difference: Int = try await superuser.one(
        """
        WITH told AS (
          SELECT e.position, c.place, v.value,
            (SELECT string_agg(v.value ->> k, '/' ORDER BY n)
              FROM string_to_table(\(key), ',') WITH ORDINALITY t (k, n)) AS row_key
          FROM audit.event e
          CROSS JOIN LATERAL jsonb_array_elements(e.changes) WITH ORDINALITY c (change, place)
          CROSS JOIN LATERAL jsonb_array_elements(c.change -> 'values') v
          WHERE c.change ->> 'table' = \("\(schema).\(table)")),
        replayed AS (
          SELECT DISTINCT ON (row_key) value FROM told ORDER BY row_key, position DESC, place DESC),
        stored AS (
          SELECT to_jsonb(t) - 'event_id' AS value FROM \(identifier: [schema, table]) t)
        SELECT count(*) FROM (
          (SELECT value FROM replayed EXCEPT SELECT value FROM stored)
          UNION ALL (SELECT value FROM stored EXCEPT SELECT value FROM replayed)) d
        """)
      #expect(difference == 0, "\(schema).\(table)")
      let rows: Int = try await superuser.one(
        "SELECT count(*) FROM \(identifier: [schema, table])")
      #expect(rows > 0, "\(schema).\(table) has nothing to replay")
    }
  }
}
