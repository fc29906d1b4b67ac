internal import Allocation
internal import Postgres

extension Rows {
  /// The first row as JSON, and its version.
  var versioned: (json: String, version: String)? {
    get throws { try decode(String.self, String.self).first.map { (json: $0.0, version: $0.1) } }
  }
}

extension Resource {
  /// What stands instead of a person's name.
  static let mask = "***"

  private var stored: SQL { "\(identifier: ["registry", table.name])" }

  /// A row `t` as JSON, in the columns wanted. The server writes it: exact, and in one pass.
  ///
  /// - Parameters:
  ///   - wanted: names of columns; all if `nil`.
  ///   - isNaming: whether persons are named. Who names them leaves a trace.
  func json(wanted: Set<String>? = nil, isNaming: Bool = false) -> SQL {
    Self.json(of: table, hiding: isNaming ? [] : personal, wanted: wanted)
  }

  /// The same for a table whose resource is not made yet; columns that are hidden read as the mask.
  static func json(
    of table: RegistryTable, hiding hidden: Set<String>, wanted: Set<String>? = nil
  ) -> SQL {
    let columns = table.columns.map { column in
      (column.name, hidden.contains(column.name) ? "'***'::text" : expression(column))
    }
    let derived = Self.derived.filter { table.column($0) == nil }.map {
      ($0, "t.\(identifier: $0)" as SQL)
    }
    let fields = (columns + derived).filter { wanted?.contains($0.0) ?? true }.map {
      "\($0.1) AS \(identifier: $0.0)" as SQL
    }
    return """
      (SELECT row_to_json(x)::text FROM (
        SELECT \(fields.joined()), t.event_id::text AS version) x)
      """
  }

  private static func expression(_ column: RegistryColumn) -> SQL {
    let value: SQL = "t.\(identifier: column.name)"
    if case .decimal = column.form { return "\(value)::text" }
    return value
  }

  /// A condition on the row `t` by the values of its key, in the key's order.
  func isKey(_ values: [String]) -> SQL {
    zip(key, values).map { name, value in
      "t.\(identifier: name) = \(value)::\(SQL(unsafeText: keyType(name)))" as SQL
    }.joined(separator: " AND ")
  }

  private func keyType(_ name: String) -> String { table.column(name)?.sqlType ?? "text" }

  /// One row and its version; none where the caller sees none.
  func search(_ values: [String], isNaming: Bool = false) -> SQL {
    let row = isNaming ? json(isNaming: true) : row
    return "SELECT \(row), t.event_id::text FROM \(stored) t WHERE \(isKey(values))"
  }

  /// Rows by their keys, each behind the position of its key, from 1.
  ///
  /// One look into the key's index for each, whatever the table's size was when the statement was
  /// planned: a join would be planned as a pass through a table that is small, and stay one while
  /// the table grows.
  func search(each keys: [[String]]) -> SQL {
    // Behind a SELECT the planner does not see how long a list is: it would plan a short one anew each
    // time, since that seems cheaper than the plan for any length.
    let lists = key.indices.map { column in
      "(SELECT \(keys.compactMap { $0.dropFirst(column).first })::text[])" as SQL
    }
    return searchOfSeveral.around(lists.joined())
  }

  /// - Parameter row: a row `t` as JSON.
  static func searchOfSeveral(in table: RegistryTable, _ row: SQL) -> SQLFrame {
    let names = table.key.indices.map { "k\($0)" }
    let matches = zip(table.key, names).map { name, value in
      let type = SQL(unsafeText: table.column(name)?.sqlType ?? "text")
      return "t.\(identifier: name) = k.\(identifier: value)::\(type)" as SQL
    }
    return SQLFrame(
      "SELECT k.position, f.* FROM unnest(",
      """
      ) WITH ORDINALITY AS k (\(identifiers: names), position)
      CROSS JOIN LATERAL (
        SELECT \(row), t.event_id::text FROM \(identifier: ["registry", table.name]) t
        WHERE \(matches.joined(separator: " AND ")) LIMIT 1) f
      """)
  }

  func find(
    _ values: [String], isNaming: Bool = false, _ connection: Connection
  ) async throws -> (json: String, version: String)? {
    try await connection.query(search(values, isNaming: isNaming)).versioned
  }

  /// A page of rows in the key's order, one more than the page holds if there are more.
  func page(
    _ request: PageRequest, _ connection: Connection
  ) async throws -> [(json: String, key: [String])] {
    let keyTexts = key.map { "t.\(identifier: $0)::text" as SQL }.joined()
    let order = key.map { "t.\(identifier: $0)" as SQL }.joined()
    var conditions = request.filters.map(condition)
    if let after = request.after {
      let position = zip(key, after).map { name, value in
        "\(value)::\(SQL(unsafeText: keyType(name)))" as SQL
      }.joined()
      conditions.append("(\(order)) > (\(position))")
    }
    let whole: SQL = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
    return try await connection.query(
      """
      SELECT \(json(wanted: request.wanted)), ARRAY[\(keyTexts)]
      FROM \(stored) t \(whole) ORDER BY \(order) LIMIT \(request.limit + 1)
      """
    ).decode(String.self, [String].self).map { (json: $0.0, key: $0.1) }
  }

  private func condition(_ filter: PageRequest.Filter) -> SQL {
    let type = SQL(unsafeText: keyType(filter.column))
    let value: SQL = "t.\(identifier: filter.column)"
    return switch filter.relation {
    case .equal: "\(value) = \(filter.value)::\(type)"
    case .contains: "\(value) @> ARRAY[\(filter.value)]::text[]"
    case .atLeast: "\(value) >= \(filter.value)::\(type)"
    case .atMost: "\(value) <= \(filter.value)::\(type)"
    }
  }

  /// How many rows of the caller's prefecture the caller does not see. It does not depend on the
  /// filters: a count narrowed by a filter would tell what hidden rows hold.
  ///
  /// - Returns: `nil` where the caller has no business with the table at all.
  func hidden(_ room: CallDesk.Room) async throws -> Int? {
    let (reads, seen) = try await room.connection.query(
      """
      SELECT r, CASE WHEN r = 'own' THEN (SELECT count(*) FROM \(stored)) END
      FROM access.reads(\("registry." + table.name)) r
      """
    ).only(String?.self, Int?.self)
    guard let reads else { return nil }
    guard reads == "own", let seen else { return 0 }
    let all = try await room.asService { connection in
      try await connection.query(
        """
        SELECT count(*) FROM \(stored)
        WHERE access.jurisdiction() IS NULL OR jurisdiction = access.jurisdiction()
        """
      ).only(Int.self)
    }
    return max(0, all - seen)
  }

  /// Whether the caller may change rows of the table at all.
  var writability: SQL { "SELECT access.writes(\("registry." + table.name)) IS NOT NULL" }

  func isWritable(_ connection: Connection) async throws -> Bool {
    try await connection.query(writability).only(Bool.self)
  }
}
