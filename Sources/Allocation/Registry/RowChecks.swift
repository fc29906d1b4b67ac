internal import Postgres

/// What the importer checks between the cells of a row and beyond it, for rows that come one by one:
/// one query that answers for each with the numbers of the checks that fail.
///
/// Texts taken into SQL as they are come from ``TableFacts``, never from a caller.
struct RowChecks {
  let table: RegistryTable

  private struct Check {
    let column: String
    let reason: FaultReason
    /// SQL over the row `r`, true where the check fails.
    let fails: SQL
  }

  /// Asks which checks rows fail.
  ///
  /// - Parameter candidates: a query of rows with all columns of the table and `jurisdiction`; the
  ///   answer is in its order.
  func statement(for candidates: SQL) -> SQL {
    frame.around(candidates)
  }

  /// What stands before and behind the candidates.
  var frame: SQLFrame {
    let numbered = checks.enumerated().map { number, check in
      "CASE WHEN \(check.fails) THEN \(SQL(unsafeText: "\(number)")) END" as SQL
    }
    return SQLFrame("SELECT array_remove(ARRAY[\(numbered.joined())]::int4[], NULL) FROM (", ") r")
  }

  /// - Returns: for each row the faults in the order of the table's facts; none if it may be stored.
  /// - Throws: ``PostgresError`` of kind `decoding`.
  func faults(ofEach answer: Rows) throws -> [[RowFault]] {
    let failed = try answer.decode([Int32].self)
    if failed.allSatisfy(\.isEmpty) { return failed.map { _ in [] } }
    let checks = checks
    return failed.map { numbers in
      numbers.compactMap { number in
        checks.dropFirst(Int(number)).first.map { RowFault($0.column, $0.reason) }
      }
    }
  }

  private var checks: [Check] {
    let facts = table.spreadsheet.facts
    let references = facts.references.map { reference in
      Check(
        column: reference.column, reason: reference.target.reasonForRow,
        fails: absence(of: "r.\(identifier: reference.column)", in: reference.target))
    }
    let lists = facts.lists.sorted { $0.key < $1.key }.compactMap { column, fact in
      fact.target.map { target in
        Check(
          column: column, reason: target.reasonForRow,
          fails: """
            EXISTS (SELECT FROM unnest(r.\(identifier: column)) AS item
              WHERE \(absence(of: "item", in: target)))
            """)
      }
    }
    let rules = facts.rules.map { rule in
      Check(
        column: rule.column, reason: .rule(chinese: rule.chinese, english: rule.english),
        fails: "NOT (\(SQL(unsafeText: rule.holds)))")
    }
    return references + lists + rules + place
  }

  /// A prefecture that a row states has to exist; whatever else it has one from, exists.
  private var place: [Check] {
    guard table.needsJurisdiction else { return [] }
    let found: SQL = "SELECT FROM registry.regions p WHERE p.code = r.jurisdiction"
    return [
      Check(
        column: "jurisdiction", reason: .unknownJurisdiction,
        fails: "NOT EXISTS (\(found) AND p.kind = 'prefecture' OFFSET 0)")
    ]
  }

  private func absence(of item: SQL, in target: Reference.Target) -> SQL {
    let found: SQL =
      switch target {
      case .standard(let name, let condition):
        """
        SELECT FROM \(identifier: ["reference", name]) p
        WHERE p.code = \(item) AND \(SQL(unsafeText: condition))
        """
      case .table(let name, let key):
        "SELECT FROM \(identifier: ["registry", name]) p WHERE p.\(identifier: key) = \(item)"
      case .localTable(let name, let key):
        """
        SELECT FROM \(identifier: ["registry", name]) p
        WHERE p.\(identifier: key) = \(item) AND p.jurisdiction = \(home)
        """
      }
    // OFFSET keeps the planner from reading the whole table into a hash for the few rows at hand.
    return "\(item) IS NOT NULL AND NOT EXISTS (\(found) OFFSET 0)"
  }

  /// The prefecture that the row will have.
  private var home: SQL {
    guard case .parent(let column, let parent, let key, _) = table.spreadsheet.facts.jurisdiction
    else { return "r.jurisdiction" }
    return """
      (SELECT h.jurisdiction FROM \(identifier: ["registry", parent]) h
        WHERE h.\(identifier: key) = r.\(identifier: column))
      """
  }
}

extension Reference.Target {
  fileprivate var reasonForRow: FaultReason {
    switch self {
    case .table(let name, _), .localTable(let name, _):
      .unregistered(table: Catalogue.title(of: name))
    case .standard: reason
    }
  }
}
