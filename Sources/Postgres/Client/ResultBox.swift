internal import CLibPQ

/// Owns one of libpq's results. Never changed after it was made, so any thread may read it.
final class ResultBox: @unchecked Sendable {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
  }

  deinit {
    PQclear(pointer)
  }

  var status: ExecStatusType { PQresultStatus(pointer) }

  var isError: Bool {
    status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE
      || status == PGRES_NONFATAL_ERROR || status == PGRES_PIPELINE_ABORTED
  }

  var startsCopy: Bool {
    status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH
  }

  var rowCount: Int { Int(PQntuples(pointer)) }
  var columnCount: Int { Int(PQnfields(pointer)) }

  /// Rows inserted, changed, deleted, selected or copied, by the command's tag; 0 without a count.
  var affected: Int {
    PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0
  }

  /// The command's tag, such as `COMMIT`.
  var tag: String {
    PQcmdStatus(pointer).map { String(cString: $0) } ?? ""
  }

  func name(ofColumn column: Int) -> String {
    PQfname(pointer, Int32(column)).map { String(cString: $0) } ?? ""
  }

  func type(ofColumn column: Int) -> PostgresType {
    PostgresType(rawValue: PQftype(pointer, Int32(column)))
  }

  /// The cell, NULL where there is none. The pointer lives as long as this object.
  @inline(__always)
  func cell(row: Int, column: Int, type: PostgresType) -> Cell {
    let (row, column) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
    guard PQgetisnull(pointer, row, column) == 0, let start = PQgetvalue(pointer, row, column)
    else { return Cell(type: type, start: nil, count: 0) }
    return Cell(type: type, start: start, count: Int(PQgetlength(pointer, row, column)))
  }
}

extension PostgresError {
  /// The server's error in a result, with the fields it sent.
  init(result: ResultBox, statement: String?, callSite: CallSite?) {
    func field(_ code: Unicode.Scalar) -> String? {
      PQresultErrorField(result.pointer, Int32(UInt8(ascii: code))).map { String(cString: $0) }
    }
    let state = field("C")
    let primary = field("M") ?? PQresultErrorMessage(result.pointer).map { String(cString: $0) }
    self.init(
      Self.kind(ofState: state), (primary ?? "unknown error").trimmedLine, callSite: callSite)
    sqlState = state
    detail = field("D")
    hint = field("H")
    schema = field("s")
    table = field("t")
    column = field("c")
    constraint = field("n")
    self.statement = statement
  }

  /// Shutdowns and crashes end the connection; no state at all means that libpq lost it.
  static func kind(ofState state: String?) -> Kind {
    switch state {
    case nil: .connectionLost
    case "57P01", "57P02", "57P03", "57P05": .connectionLost
    case .some(let state) where state.hasPrefix("08"): .connectionLost
    default: .server
    }
  }
}

extension String {
  /// Without the line break that libpq's messages end in.
  var trimmedLine: String {
    var text = Substring(self)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
