internal import CLibPQ

extension Connection {
  /// Loads rows into a table with COPY in its binary form: the way for more than a few hundred.
  ///
  /// ```swift
  /// try await c.copyIn(into: "registry.banks", columns: ["code", "name"]) { writer in
  ///   for bank in banks { try await writer.write(bank.code, bank.name) }
  /// }
  /// ```
  ///
  /// The column types are asked of the server first, so values are written as the columns need
  /// them. All or nothing: when `body` throws, no row stays, and the connection can be used again.
  ///
  /// - Parameters:
  ///   - table: the table's name, with its schema where needed; quoted part by part.
  ///   - columns: the columns to fill, in the writer's order; the others get their defaults.
  /// - Returns: the number of rows the server took.
  /// - Throws: what `body` throws; ``PostgresError`` of the server, such as a violated constraint.
  @discardableResult
  public func copyIn(
    into table: String, columns: [String], fileID: String = #fileID, line: Int = #line,
    _ body: (CopyWriter) async throws -> Void
  ) async throws -> Int {
    let site = CallSite(fileID: fileID, line: line)
    let types = try await columnTypes(of: table, columns, at: site)
    let command: SQL =
      "COPY \(identifier: table) (\(identifiers: columns)) FROM STDIN (FORMAT binary)"
    return try await copyIn(command, at: site) { sink in
      let writer = CopyWriter(types: types, sink: sink)
      do {
        try await body(writer)
      } catch let error as ValueError {
        throw Self.encodingError(error, row: writer.rows, table: table, at: site)
      }
      try await writer.finish()
    }
  }

  /// Loads raw data: `COPY … FROM STDIN` with a format of the caller's choosing, such as text or CSV.
  ///
  /// - Returns: the number of rows the server took.
  /// - Throws: as ``copyIn(into:columns:fileID:line:_:)``.
  @discardableResult
  public func copyInBytes(
    _ command: SQL, fileID: String = #fileID, line: Int = #line,
    _ body: (CopyBytesWriter) async throws -> Void
  ) async throws -> Int {
    try await copyIn(command, at: CallSite(fileID: fileID, line: line)) { sink in
      try await body(CopyBytesWriter(sink: sink))
    }
  }

  private func copyIn(
    _ command: SQL, at site: CallSite,
    _ body: (CopySink) async throws -> Void
  ) async throws -> Int {
    try await exclusively(at: site) {
      let text = try await startCopy(command, expecting: PGRES_COPY_IN, at: site)
      do {
        try await body(CopySink(wire: wire, site: site))
        try Task.checkCancellation()
      } catch {
        try await endCopyIn(text, failing: true, at: site)
        throw error
      }
      return try await endCopyIn(text, failing: false, at: site)
    }
  }

  /// Sends the command and makes sure that the server switched to COPY.
  func startCopy(
    _ command: SQL, expecting status: ExecStatusType, at site: CallSite
  ) async throws -> String {
    guard !command.hasParameters else {
      throw PostgresError(.misuse, "COPY takes no parameters", callSite: site)
    }
    let text = command.rendered().text
    try await sendAwaited(at: site)
    let result = try await run(Command(text: text) { PQsendQuery($0, text) }, at: site)
    guard result.status == status else {
      throw PostgresError(.misuse, "not a COPY in this direction", callSite: site)
    }
    return text
  }

  /// Ends the COPY, well or not, and reads to the end so that the connection is free again.
  ///
  /// - Returns: rows taken; 0 when it was made to fail.
  @discardableResult
  private func endCopyIn(_ text: String, failing: Bool, at site: CallSite) async throws -> Int {
    let exchange = StatementExchange { pg in
      failing ? PQputCopyEnd(pg, "given up by the client") : PQputCopyEnd(pg, nil)
    }
    await wire.run(exchange)
    guard exchange.sent, let result = exchange.result else {
      throw PostgresError(.connectionLost, "the connection broke during COPY", callSite: site)
    }
    if failing {
      // An error of the server's own, which came first, tells more than ours.
      let error = PostgresError(result: result, statement: text, callSite: site)
      if result.isError, error.sqlState != "57014" { throw error }
      return 0
    }
    if result.isError { throw PostgresError(result: result, statement: text, callSite: site) }
    return result.affected
  }

  /// The columns' types, domains resolved to the types beneath them.
  private func columnTypes(
    of table: String, _ columns: [String], at site: CallSite
  ) async throws -> [PostgresType] {
    let rows = try await query(
      "SELECT \(identifiers: columns) FROM \(identifier: table) LIMIT 0", fileID: site.fileID,
      line: site.line)
    return rows.layout.types
  }

  private static func encodingError(
    _ cause: ValueError, row: Int, table: String, at site: CallSite
  ) -> PostgresError {
    var error = PostgresError(.encoding, cause.description, callSite: site)
    error.row = row
    error.table = table
    return error
  }
}
