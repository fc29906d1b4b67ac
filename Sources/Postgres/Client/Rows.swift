/// A statement's result, decoded on demand.
///
/// Holds the rows as they came over the wire; nothing is copied until a cell is decoded.
public struct Rows: Sendable {
  let result: ResultBox
  let layout: RowLayout

  init(_ result: ResultBox, callSite: CallSite) {
    self.result = result
    layout = RowLayout(result, callSite: callSite)
  }

  /// The columns' names in order.
  public var columnNames: [String] { layout.names() }

  /// Rows inserted, changed, deleted or selected.
  public var affected: Int { result.affected }
}

extension Rows: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { result.rowCount }

  public subscript(position: Int) -> Row {
    Row(result: result, layout: layout, index: position)
  }
}

/// One row of a result.
public struct Row: Sendable {
  let result: ResultBox
  let layout: RowLayout
  let index: Int

  /// Reads one column by position, from 0.
  ///
  /// - Throws: ``PostgresError`` of kind `decoding`, naming column, type and row.
  public func decode<T: SQLDecodable>(_: T.Type = T.self, at column: Int) throws -> T {
    guard layout.types.indices.contains(column) else {
      throw layout.error(
        ValueError.columnCount(expected: column + 1, actual: layout.types.count),
        column: column, row: index)
    }
    do {
      return try T.decode(result.cell(row: index, column: column, type: layout.types[column]))
    } catch {
      throw layout.error(error, column: column, row: index)
    }
  }

  /// Reads one column by name.
  ///
  /// - Throws: ``PostgresError`` of kind `decoding`, also when there is no such column.
  public func decode<T: SQLDecodable>(_: T.Type = T.self, named name: String) throws -> T {
    guard let column = layout.position(of: name) else {
      throw layout.missing(column: name)
    }
    return try decode(T.self, at: column)
  }

  /// Reads the columns in order as a tuple; their number must match.
  ///
  /// - Throws: ``PostgresError`` of kind `decoding`, naming column, type and row.
  public func decode<each T: SQLDecodable>(_ types: repeat (each T).Type) throws -> (repeat each T)
  {
    var count = 0
    for _ in repeat each types { count += 1 }
    guard count == layout.types.count else {
      throw layout.error(
        ValueError.columnCount(expected: layout.types.count, actual: count), column: nil, row: index
      )
    }
    var column = -1
    func next<V: SQLDecodable>(_: V.Type) throws -> V {
      column += 1
      return try decode(V.self, at: column)
    }
    return (repeat try next(each types))
  }
}

extension Rows {
  /// All rows as tuples: `try rows.decode(Int.self, String?.self)`.
  ///
  /// - Throws: ``PostgresError`` of kind `decoding`, naming column, type and row.
  public func decode<each T: SQLDecodable>(
    _ types: repeat (each T).Type
  ) throws -> [(repeat each T)] {
    try map { try $0.decode(repeat each types) }
  }

  /// The only row, as a tuple.
  ///
  /// - Throws: ``PostgresError`` of kind `decoding` when there is not exactly one row.
  public func only<each T: SQLDecodable>(_ types: repeat (each T).Type) throws -> (repeat each T) {
    guard count == 1, let row = first else {
      throw PostgresError(
        .decoding, "expected one row, got \(count)", callSite: layout.callSite)
    }
    return try row.decode(repeat each types)
  }

  /// All rows as records: columns are found by the property's name or its `snake_case` form.
  ///
  /// - Throws: ``PostgresError`` of kind `decoding`, naming column, type and row.
  public func records<T: Decodable>(as _: T.Type = T.self) throws -> [T] {
    let columns = RecordColumns(layout.names())
    return try map { try $0.record(as: T.self, columns: columns) }
  }
}
