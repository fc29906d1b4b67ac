import Testing

@testable import Allocation

@Suite struct FileSurveyTests {
  private func verdict(_ bytes: [UInt8]) throws -> FileSurvey.Encoding {
    var survey = FileSurvey()
    for start in stride(from: 0, to: bytes.count, by: 3) {
      try survey.take(Array(bytes[start..<min(start + 3, bytes.count)]))
    }
    return try survey.verdict()
  }

  private let chinese = "编号,名称\nC01,汽车零部件\nC02,光伏新能源\n"

  @Test func testEncodings() throws {
    #expect(try verdict(Array(chinese.utf8)) == .utf8)
    #expect(try verdict([0xEF, 0xBB, 0xBF] + Array(chinese.utf8)) == .utf8)
    #expect(try verdict(Array("a,b\n".utf8)) == .utf8)
    #expect(try verdict(Self.gb18030Sample) == .gb18030(utf8Until: 1))
  }

  /// 编号,名称⏎C01,汽车零部件⏎ in GB18030.
  private static let gb18030Sample: [UInt8] = [
    0xB1, 0xE0, 0xBA, 0xC5, 0x2C, 0xC3, 0xFB, 0xB3, 0xC6, 0x0A, 0x43, 0x30, 0x31, 0x2C, 0xC6, 0xFB,
    0xB3, 0xB5, 0xC1, 0xE3, 0xB2, 0xBF, 0xBC, 0xFE, 0x0A,
  ]

  @Test func testGB18030Text() throws {
    let decoder = try GB18030Bytes(MemoryBytes(Self.gb18030Sample))
    #expect(String(decoding: try decoder.next(), as: UTF8.self) == "编号,名称\nC01,汽车零部件\n")
    #expect(try decoder.next().isEmpty)
  }

  /// A character cut in two by the end of a chunk.
  @Test func testGB18030AcrossChunks() throws {
    final class Drip: ByteSource {
      var bytes: ArraySlice<UInt8>
      init(_ bytes: [UInt8]) { self.bytes = bytes[...] }
      func next() -> [UInt8] { bytes.popFirst().map { [$0] } ?? [] }
    }
    let decoder = try GB18030Bytes(Drip(Self.gb18030Sample))
    var text: [UInt8] = []
    while case let chunk = try decoder.next(), !chunk.isEmpty { text += chunk }
    #expect(String(decoding: text, as: UTF8.self) == "编号,名称\nC01,汽车零部件\n")
  }

  @Test func testUndecodable() throws {
    var damaged = Array(String(repeating: chinese, count: 3).utf8)
    damaged[70] = 0xFF
    let line = 1 + damaged[..<70].count { $0 == 0x0A }
    #expect(throws: FileSurvey.Flaw.undecodable(line: line)) { try verdict(damaged) }
    #expect(throws: FileSurvey.Flaw.undecodable(line: 1)) {
      try verdict([0xEF, 0xBB, 0xBF] + Self.gb18030Sample)
    }
    let decoder = try GB18030Bytes(MemoryBytes([0x41, 0x0A, 0xFF, 0xFF, 0x0A]))
    #expect(throws: GB18030Bytes.Failure.undecodable(line: 2)) { try decoder.next() }
    let cut = try GB18030Bytes(MemoryBytes([0x41, 0xB1]))
    #expect(throws: GB18030Bytes.Failure.undecodable(line: 1)) {
      while try !cut.next().isEmpty {}
    }
  }

  @Test func testNoText() {
    #expect(throws: FileSurvey.Flaw.empty) { try verdict([]) }
    #expect(throws: FileSurvey.Flaw.empty) { try verdict([0xEF, 0xBB, 0xBF]) }
    #expect(throws: FileSurvey.Flaw.empty) { try verdict(Array(" \r\n\n".utf8)) }
    #expect(throws: FileSurvey.Flaw.utf16) { try verdict([0xFF, 0xFE, 0x61, 0x00]) }
    #expect(throws: FileSurvey.Flaw.notText(line: 2)) { try verdict([0x61, 0x0A, 0x00]) }
    #expect(throws: FileSurvey.Flaw.workbook) { try verdict([0x50, 0x4B, 0x03, 0x04, 0x00]) }
    let long = [UInt8](repeating: 0x61, count: FileSurvey.longestLine + 1)
    #expect(throws: FileSurvey.Flaw.lineTooLong(line: 2)) { try verdict([0x0A] + long) }
  }

  @Test(arguments: [
    ([0xE4, 0xB8, 0xAD] as [UInt8], true), ([0xC0, 0x80], false), ([0xE0, 0x80, 0x80], false),
    ([0xED, 0xA0, 0x80], false), ([0xF4, 0x90, 0x80, 0x80], false),
    ([0xF0, 0x9F, 0x98, 0x80], true), ([0xE4, 0xB8], false), ([0xFF], false),
  ])
  func testUTF8(bytes: [UInt8], isValid: Bool) {
    var survey = FileSurvey()
    #expect(throws: Never.self) { try survey.take([0x61] + bytes) }
    let verdict = try? survey.verdict()
    #expect((verdict == .utf8 || verdict == .undecided) == isValid)
    #expect((String(validating: bytes, as: UTF8.self) != nil) == isValid)
  }
}
