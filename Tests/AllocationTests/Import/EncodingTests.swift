import Foundation
import Testing

@testable import Allocation

/// Files whose bytes are well-formed in both encodings: GB18030's 学位 is UTF-8's “ѧλ”.
@Suite struct EncodingTests {
  private static let degreeInGB18030: [UInt8] = [0xD1, 0xA7, 0xCE, 0xBB]
  private static let cyrillicAndGreek = Array("ѧλ".utf8)

  /// The text of a file of talents, or the code of the fault that opening it ends in.
  private func opened(_ bytes: [UInt8]) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "talents.csv").path
    try Data(bytes).write(to: URL(filePath: path))
    let table = try #require(try Catalogue.embedded().table(named: "talents"))
    let file = ImportFile(path: path, folder: folder.path, table: table)
    do {
      let source = try TextFile.open(file) { table.column(named: $0) != nil }
      var text: [UInt8] = []
      while case let chunk = try source.next(), !chunk.isEmpty { text += chunk }
      return String(decoding: text, as: UTF8.self)
    } catch let fault as ImportFault {
      return fault.code
    }
  }

  @Test func testTheBytesAreTheSame() {
    #expect(Self.degreeInGB18030 == Self.cyrillicAndGreek)
  }

  @Test func testAKnownHeadingDecides() throws {
    let text = try opened(Array("code,".utf8) + Self.degreeInGB18030 + Array("\nT1,phd\n".utf8))
    #expect(text == "code,学位\nT1,phd\n")
  }

  @Test func testWithoutEvidenceNothingIsGuessed() throws {
    let row = Array("code,degree\nT1,".utf8) + Self.degreeInGB18030 + [0x0A]
    #expect(try opened(row) == "ambiguous_encoding")
    #expect(try opened(Array("code,name\nT1,Müller\n".utf8)) == "ambiguous_encoding")
  }

  @Test func testTheMarkTheOtherCellsAndTheDecoderAreEvidence() throws {
    let marked: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("code,name\nT1,Müller\n".utf8)
    #expect(try opened(marked).hasSuffix("T1,Müller\n"))
    let mixed = "code,name\nT1,Müller\nT2,王\n"
    #expect(try opened(Array(mixed.utf8)) == mixed)
    // Three bytes of UTF-8 before the end of a line are no GB18030.
    let dash = "code,name\nT1,a—\n"
    #expect(try opened(Array(dash.utf8)) == dash)
  }
}
