import Postgres

/// Moves many rows so that none of them keeps the others from moving.
///
/// All at once where that is possible: what one frees another may take. Where a rule refuses it, those
/// whom it refuses alone stay behind, and the others are moved without them.
struct RowByRow<Row: Sendable>: Sendable {
  typealias Refused = (Row, PostgresError)
  typealias Move = ([Row]) async throws -> Void

  /// In a transaction.
  let connection: Connection

  /// - Returns: the rows that did not move, with the rule that refused them.
  /// - Throws: whatever is not a rule's refusal of a row: ``PostgresError`` of another kind.
  /// - Complexity: one `move` where nothing is refused, else at most three a row.
  func move(_ rows: [Row], by move: Move) async throws -> [Refused] {
    guard !rows.isEmpty, let refusal = try await attempt(rows, move) else { return [] }
    guard rows.count > 1 else { return rows.map { ($0, refusal) } }
    var refused: [Refused] = []
    var others: [Row] = []
    for row in rows {
      if let refusal = try await probe(row, move) {
        refused.append((row, refusal))
      } else {
        others.append(row)
      }
    }
    guard !others.isEmpty, try await attempt(others, move) != nil else { return refused }
    for row in others {
      if let refusal = try await attempt([row], move) { refused.append((row, refusal)) }
    }
    return refused
  }

  /// - Returns: the refusal; `nil` if the rows have moved.
  private func attempt(_ rows: [Row], _ move: Move) async throws -> PostgresError? {
    do {
      try await connection.transaction { _ in try await move(rows) }
      return nil
    } catch let error as PostgresError where error.isRefusal {
      return error
    }
  }

  /// Whether a row could move alone; it does not.
  private func probe(_ row: Row, _ move: Move) async throws -> PostgresError? {
    do {
      try await connection.transaction { _ in
        try await move([row])
        throw Probed()
      }
      return nil
    } catch is Probed {
      return nil
    } catch let error as PostgresError where error.isRefusal {
      return error
    }
  }

  private struct Probed: Error {}
}
