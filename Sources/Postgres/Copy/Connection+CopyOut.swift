internal import CLibPQ

extension Connection {
  /// Streams a query's rows with COPY in its binary form; memory stays flat however many there are.
  ///
  /// ```swift
  /// try await c.copyOut("SELECT code, area FROM registry.parcels") { reader in
  ///   while let row = try await reader.next() {
  ///     let (code, area) = try row.decode(String.self, Numeric.self)
  ///   }
  /// }
  /// ```
  ///
  /// - Parameter query: without parameters; values would have to be interpolated as text.
  /// - Throws: what `body` throws; ``PostgresError``. Leaving early cancels the query on the server.
  public func copyOut<R>(
    _ query: SQL, fileID: String = #fileID, line: Int = #line,
    _ body: (CopyReader) async throws -> R
  ) async throws -> R {
    let site = CallSite(fileID: fileID, line: line)
    let shape = try await self.query(
      "SELECT * FROM (\(query)) AS copied LIMIT 0", fileID: fileID, line: line)
    return try await exclusively(at: site) {
      let text = try await startCopy(
        "COPY (\(query)) TO STDOUT (FORMAT binary)", expecting: PGRES_COPY_OUT, at: site)
      let source = CopySource(wire: wire, statement: text, site: site)
      return try await drained(source) {
        try await body(CopyReader(layout: shape.layout, source: source))
      }
    }
  }

  /// Streams raw data: `COPY … TO STDOUT` in the format the command names, one row a piece.
  public func copyOutBytes<R>(
    _ command: SQL, fileID: String = #fileID, line: Int = #line,
    _ body: (CopyBytesReader) async throws -> R
  ) async throws -> R {
    let site = CallSite(fileID: fileID, line: line)
    return try await exclusively(at: site) {
      let text = try await startCopy(command, expecting: PGRES_COPY_OUT, at: site)
      let source = CopySource(wire: wire, statement: text, site: site)
      return try await drained(source) { try await body(CopyBytesReader(source: source)) }
    }
  }

  /// Leaves the connection free whatever happens: what the body did not read is cancelled.
  private func drained<R>(
    _ source: CopySource,
    _ body: () async throws -> R
  ) async throws -> R {
    do {
      let result = try await body()
      await source.finishEarly()
      return result
    } catch {
      await source.finishEarly()
      throw error
    }
  }
}

/// Rows of a `copyOut`, one at a time.
public final class CopyReader {
  private let layout: RowLayout
  private let source: CopySource
  private var number = 0
  private var started = false

  init(layout: RowLayout, source: CopySource) {
    self.layout = layout
    self.source = source
  }

  /// The next row, `nil` after the last.
  ///
  /// - Throws: ``PostgresError`` of the server; `CancellationError`.
  public func next() async throws -> CopyRow? {
    guard var bytes = try await source.next() else { return nil }
    if !started {
      started = true
      // Signature, flags and the header's extension come before the first row, in one piece with it
      // or alone.
      guard let start = Self.headerLength(bytes) else { throw malformed() }
      bytes.removeFirst(start)
      if bytes.isEmpty { return try await next() }
    }
    // The end mark is a count of −1.
    if bytes == [0xFF, 0xFF] { return try await next() }
    defer { number += 1 }
    return CopyRow(bytes: bytes, layout: layout, number: number)
  }

  private static func headerLength(_ bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { raw in
      guard raw.count >= 19 else { return nil }
      let extra = UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 15, as: UInt32.self))
      let length = 19 + Int(extra)
      return length <= raw.count ? length : nil
    }
  }

  private func malformed() -> PostgresError {
    PostgresError(.decoding, "malformed COPY data", callSite: layout.callSite)
  }
}

/// One row of a `copyOut`.
public struct CopyRow: Sendable {
  let bytes: [UInt8]
  let layout: RowLayout
  let number: Int

  /// Reads the columns in order as a tuple; their number must match.
  ///
  /// - Throws: ``PostgresError`` of kind `decoding`, naming column, type and row.
  public func decode<each T: SQLDecodable>(_ types: repeat (each T).Type) throws -> (repeat each T)
  {
    var wanted = 0
    for _ in repeat each types { wanted += 1 }
    return try bytes.withUnsafeBytes { raw in
      var reader = ByteReader(raw)
      var column = -1
      func next<V: SQLDecodable>(_: V.Type) throws -> V {
        column += 1
        return try V.decode(try reader.readField(layout.types[column]))
      }
      do {
        let count = Int(try reader.read(Int16.self))
        guard count == wanted, count == layout.types.count else {
          throw ValueError.columnCount(expected: layout.types.count, actual: wanted)
        }
        return (repeat try next(each types))
      } catch {
        throw layout.error(error, column: column < 0 ? nil : column, row: number)
      }
    }
  }
}

/// Raw pieces of a `copyOutBytes`, as the server sent them.
public struct CopyBytesReader {
  let source: CopySource

  /// The next row's bytes, `nil` after the last.
  public func next() async throws -> [UInt8]? {
    try await source.next()
  }
}
