internal import Postgres

extension StagedChecks {
  /// Periods of one series must not overlap: neither inside the import nor with stored rows that
  /// the import does not replace. Written with comparisons, because a range whose end is before
  /// its start cannot even be built.
  func checkOverlap(of table: Spreadsheet, log: inout FaultLog) async throws {
    try await checkOverlapInside(table, log: &log)
    try await checkOverlapWithStored(table, log: &log)
  }

  private func checkOverlapInside(_ table: Spreadsheet, log: inout FaultLog) async throws {
    let rows = try await connection.query(
      """
      SELECT DISTINCT ON (s.file, s.line) s.file, s.line, s.period_start::text, t.file, t.line
      FROM \(staged(table)) s JOIN \(staged(table)) t
        ON \(same(of: table)) AND (t.file, t.line) < (s.file, s.line)
      WHERE \(Self.overlap) AND t.period_start <= t.period_end
        AND (\(names(table.facts.key, of: "s."))) <> (\(names(table.facts.key, of: "t.")))
      ORDER BY s.file, s.line, t.file, t.line
      """)
    let decoded = try rows.decode(Int.self, Int.self, String.self, Int.self, Int.self)
    for (file, line, value, otherFile, otherLine) in decoded {
      let reason = FaultReason.overlap(file: files[otherFile].path, line: otherLine)
      log.add(fault(file, line, "period_start", of: table, value: value, reason))
    }
  }

  private func checkOverlapWithStored(_ table: Spreadsheet, log: inout FaultLog) async throws {
    let key = table.facts.key
    // A fault names the other row, so a department only hears of those that it sees. A new row in
    // somebody else's series is refused when it is written.
    if let writer { try connection.take(.caller, of: writer.caller) }
    let rows = try await connection.query(
      """
      SELECT DISTINCT ON (s.file, s.line) s.file, s.line, s.period_start::text,
        concat_ws('/', \(names(key, of: "t.")))
      FROM \(staged(table)) s JOIN \(stored(table)) t ON \(same(of: table))
      WHERE \(Self.overlap)
        AND (\(names(key, of: "t."))) NOT IN (
          SELECT \(names(key)) FROM \(staged(table)) r
          WHERE \(key.map { "r.\(identifier: $0) IS NOT NULL" as SQL }.joined(separator: " AND ")))
      ORDER BY s.file, s.line
      """)
    if let writer { try connection.take(.service, of: writer.caller) }
    for (file, line, value, other) in try rows.decode(
      Int.self, Int.self, String.self, String.self)
    {
      let reason = FaultReason.overlapWithStored(key: other)
      log.add(fault(file, line, "period_start", of: table, value: value, reason))
    }
  }

  private static var overlap: SQL {
    """
    s.period_start <= s.period_end AND s.period_start <= t.period_end
      AND t.period_start <= s.period_end
    """
  }

  private func same(of table: Spreadsheet) -> SQL {
    table.facts.noOverlap.map { name in
      let isRequired = table.column(named: name).map { table.columns[$0].isRequired } ?? false
      let equal: SQL = isRequired ? "=" : "IS NOT DISTINCT FROM"
      return "s.\(identifier: name) \(equal) t.\(identifier: name)" as SQL
    }.joined(separator: " AND ")
  }
}
