/// Reads one spreadsheet row by row, typed, and logs what is wrong on the way.
///
/// A faulty cell becomes null, so that the row's other cells and whatever refers to the row are
/// still examined: one run tells all faults.
struct SheetReader {
  private let path: String
  private let table: Spreadsheet
  private var csv: CSVReader
  let header: SheetHeader

  /// Reads the header.
  ///
  /// - Throws: ``ImportFault`` when the file cannot be read or is empty. Faulty headings are logged.
  init(_ file: ImportFile, log: inout FaultLog) throws(ImportFault) {
    path = file.path
    table = file.table
    csv = CSVReader(
      try TextFile.open(file) { file.table.column(named: Blanks.narrowed($0)) != nil })
    header = try Self.readHeader(&csv, file, log: &log)
  }

  private static func readHeader(
    _ csv: inout CSVReader, _ file: ImportFile, log: inout FaultLog
  ) throws(ImportFault) -> SheetHeader {
    do {
      while try csv.read() {
        if csv.record.isBlank { continue }
        let first = csv.record
        try refuseTitle(first, &csv, file)
        return try SheetHeader(first, file, log: &log)
      }
    } catch let fault as ImportFault {
      throw fault
    } catch {
      throw TextFile.fault(error, in: file.path)
    }
    throw ImportFault(file: file.path, .emptyFile)
  }

  /// How far down headings are looked for, to tell where they are.
  private static let titleRows = 6

  /// Offices put the table's title, its unit and date above the headings.
  ///
  /// - Throws: ``FaultReason/titleRow(headings:)`` where no cell is a heading and a row below has some.
  private static func refuseTitle(
    _ first: CSVRecord, _ csv: inout CSVReader, _ file: ImportFile
  ) throws {
    guard headings(in: first, of: file.table) == 0 else { return }
    for _ in 0..<titleRows {
      guard try csv.read() else { return }
      guard headings(in: csv.record, of: file.table) >= 2 else { continue }
      let title = (0..<first.count).map { first.text($0) }.first { !$0.isEmpty }
      throw ImportFault(
        file: file.path, line: first.line, value: title, .titleRow(headings: csv.record.line))
    }
  }

  private static func headings(in record: CSVRecord, of table: Spreadsheet) -> Int {
    (0..<record.count).count { table.column(named: Blanks.narrowed(record.text($0))) != nil }
  }

  /// The next row's line and its values in the order of the table's columns; `nil` at the end.
  ///
  /// - Throws: ``ImportFault`` when the rest cannot be read.
  mutating func next(log: inout FaultLog) throws(ImportFault) -> (line: Int, values: [StagedValue])?
  {
    while try readRecord() {
      if csv.record.isBlank { continue }
      guard csv.record.count == header.width else {
        let shape = FaultReason.raggedRow(cells: csv.record.count, columns: header.width)
        log.add(ImportFault(file: path, line: csv.record.line, shape))
        continue
      }
      return (csv.record.line, values(log: &log))
    }
    return nil
  }

  private mutating func readRecord() throws(ImportFault) -> Bool {
    do {
      return try csv.read()
    } catch {
      throw TextFile.fault(error, in: path)
    }
  }

  private func values(log: inout FaultLog) -> [StagedValue] {
    var values = [StagedValue](repeating: .null, count: table.columns.count)
    for (index, column) in table.columns.enumerated() {
      guard let place = header.places[index] else { continue }
      let text = csv.record.text(place)
      do {
        values[index] = try CellParser.parse(CellParser.undamaged(text, column), column)
      } catch {
        let line = csv.record.lines[place]
        let value = text.isEmpty ? nil : text
        log.add(ImportFault(file: path, line: line, column: column.label, value: value, error))
      }
    }
    return values
  }
}

/// Which column of a file holds which column of its table.
struct SheetHeader {
  /// Cells in a row.
  let width: Int
  /// For each column of the table its place in the file.
  let places: [Int?]
  /// Whether the columns of the table's key are all there: without them nothing can refer to a row.
  let hasKey: Bool

  /// The columns of the table that the file does not have, by their places in the table.
  var absent: [Int] { places.indices.filter { places[$0] == nil } }

  /// - Throws: ``ImportFault`` when the columns are parted by something else than commas.
  init(_ record: CSVRecord, _ file: ImportFile, log: inout FaultLog) throws(ImportFault) {
    width = record.count
    var places = [Int?](repeating: nil, count: file.table.columns.count)
    let fault = { (column: String?, reason: FaultReason) in
      ImportFault(file: file.path, line: record.line, column: column, reason)
    }
    if width == 1, let separator = Self.otherSeparator(record.text(0)) {
      throw fault(nil, .wrongSeparator(separator))
    }
    for place in 0..<width {
      let name = Blanks.narrowed(record.text(place))
      if name.isEmpty {
        log.add(fault(nil, .blankHeading(place: place + 1)))
        continue
      }
      guard let index = file.table.column(named: name) else {
        log.add(fault(name, .unknownColumn(nearest: Self.nearest(name, in: file.table))))
        continue
      }
      if places[index] == nil {
        places[index] = place
      } else {
        log.add(fault(file.table.columns[index].label, .repeatedColumn))
      }
    }
    for (index, column) in file.table.columns.enumerated()
    where column.isRequired && places[index] == nil {
      log.add(fault(column.label, .missingColumn))
    }
    self.places = places
    hasKey = file.table.facts.key.allSatisfy { name in
      file.table.column(named: name).map { places[$0] != nil } ?? true
    }
  }

  private static func otherSeparator(_ text: String) -> String? {
    let separators: [(Character, String)] = [
      ("\t", "制表符 (tab)"), (";", "分号 (;)"), ("，", "全角逗号 (，)"), ("|", "竖线 (|)"),
    ]
    return separators.first { text.contains($0.0) }?.1
  }

  private static func nearest(_ name: String, in table: Spreadsheet) -> String {
    let names = table.columns.flatMap { [$0.name, $0.header] }
    guard let match = Nearest.match(name, in: names), let index = table.column(named: match) else {
      return ""
    }
    return table.columns[index].label
  }
}
