import Testing

@testable import Allocation

@Suite struct CSVReaderTests {
  /// Hands out one byte at a time, so that every state meets the end of a chunk.
  private final class Drip: ByteSource {
    private var bytes: ArraySlice<UInt8>
    init(_ text: String) { bytes = Array(text.utf8)[...] }
    func next() -> [UInt8] { bytes.popFirst().map { [$0] } ?? [] }
  }

  private func read(_ text: String) throws -> [[String]] {
    var rows: [[[String]]] = []
    for source in [MemoryBytes(Array(text.utf8)), Drip(text)] as [any ByteSource] {
      var reader = CSVReader(source)
      var found: [[String]] = []
      while try reader.read() {
        found.append((0..<reader.record.count).map { reader.record.text($0) })
      }
      rows.append(found)
    }
    #expect(rows[0] == rows[1], "the same in one chunk and byte by byte")
    return rows[0]
  }

  @Test(arguments: [
    ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
    ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
    ("a\rb\r", [["a"], ["b"]]),
    ("\u{FEFF}a,b\n", [["a", "b"]]),
    ("a,\n,b\n", [["a", ""], ["", "b"]]),
    ("\"a,\"\"b\"\"\",\"c\nd\"\n", [["a,\"b\"", "c\nd"]]),
    ("\"a\r\nb\"\r\nc\r\n", [["a\r\nb"], ["c"]]),
    ("12\" pipe,x\n", [["12\" pipe", "x"]]),
    ("\"\"", [[""]]),
    ("　a\u{A0}, b \n", [["a", "b"]]),
    ("a\n\n\nb\n", [["a"], [""], [""], ["b"]]),
    ("", []),
  ])
  func testRecords(text: String, rows: [[String]]) throws {
    #expect(try read(text) == rows)
  }

  @Test func testLinesOfFields() throws {
    var reader = CSVReader(MemoryBytes(Array("h\r\n\"a\r\nb\",c\r\nd,e\n".utf8)))
    _ = try reader.read()
    #expect(try reader.read())
    #expect(reader.record.lines == [2, 3])
    #expect(try reader.read())
    #expect(reader.record.lines == [4, 4])
  }

  @Test func testFlaws() {
    #expect(throws: CSVReader.Flaw.unclosedQuote(line: 2)) { try read("a\n\"b\n\n") }
    #expect(throws: CSVReader.Flaw.textAfterQuote(line: 1)) { try read("\"a\"b,c\n") }
    let long = String(repeating: "x", count: CSVReader.largestRecord)
    #expect(throws: CSVReader.Flaw.recordTooLong(line: 2)) {
      var reader = CSVReader(MemoryBytes(Array("a\n\"\(long)\n\(long)\"\n".utf8)))
      while try reader.read() {}
    }
  }
}
