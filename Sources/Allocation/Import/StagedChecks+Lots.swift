internal import Postgres

extension StagedChecks {
  /// What offers, commitments and transfers hold of a lot cannot be taken back by a smaller grant, and a
  /// lot that has been used keeps what it is of. The ledger refuses both; here they have a line.
  func checkLot(_ lot: LotFact, of table: Spreadsheet, log: inout FaultLog) async throws {
    let rows = try await connection.query(
      """
      SELECT s.file, s.line, \(shown(lot.amount, of: table)), trim_scale(held.least)::text
      FROM \(staged(table)) s
      CROSS JOIN LATERAL (
        SELECT allocation.least_grant(\(SQL(unsafeText: lot.code))) AS least) held
      WHERE s.\(identifier: lot.amount) < held.least
      ORDER BY s.file, s.line
      """)
    for (file, line, value, least) in try rows.decode(
      Int.self, Int.self, String.self, String.self)
    {
      let reason = FaultReason.rule(
        chinese: "不得小于 \(least)：已由拟配置、配置占用或已调出；请不小于此数，或先撤回、释放",
        english: "must be at least \(least), which offers, commitments or transfers hold; "
          + "give at least that, or withdraw or release some first")
      log.add(fault(file, line, lot.amount, of: table, value: value, reason))
    }
    for column in lot.fixed { try await checkFixed(column, lot, of: table, log: &log) }
  }

  private func checkFixed(
    _ column: String, _ lot: LotFact, of table: Spreadsheet, log: inout FaultLog
  ) async throws {
    let key = table.facts.key
    let rows = try await connection.query(
      """
      SELECT s.file, s.line, s.\(identifier: column), t.\(identifier: column)
      FROM \(staged(table)) s
      JOIN \(stored(table)) t USING (\(identifiers: key))
      CROSS JOIN LATERAL (
        SELECT allocation.is_used(\(SQL(unsafeText: lot.code))) AS is_used) u
      WHERE s.\(identifier: column) <> t.\(identifier: column) AND u.is_used
      ORDER BY s.file, s.line
      """)
    for (file, line, value, stored) in try rows.decode(
      Int.self, Int.self, String.self, String.self)
    {
      let reason = FaultReason.rule(
        chinese: "该批次（\(stored)）已有占用、调剂或结转，不得更改；请另立批次",
        english: "the lot is of \(stored) and has been used, so it must stay; enter another lot")
      log.add(fault(file, line, column, of: table, value: value, reason))
    }
  }
}
