import Embedded
import Testing

@testable import Allocation

@Suite struct UnifiedCodeTests {
  /// The vectors quote codes of real bodies, the standard's own example and six codes whose sum is
  /// 0 modulo 31, where a naive formula looks for the 31st letter.
  @Test func testVectors() throws {
    let text = try #require(EmbeddedFiles.data(named: "reference/uscc-test-vectors.csv"))
    let rows = try Table.rows(text)
    #expect(rows.count == 13)
    for row in rows {
      let code = try #require(row["uscc"])
      let isValid = (try? UnifiedCode(code)) != nil
      #expect(isValid == (row["valid"] == "true"), "\(code)")
    }
  }

  @Test(arguments: [
    ("91350100M000100Y4", UnifiedCode.Flaw.length(17)),
    ("91350100M000100Y433", .length(19)),
    ("91350100M000100Y4Z", .character("Z", position: 18)),
    ("913501OOM000100Y43", .character("O", position: 7)),
    ("91A50100M000100Y43", .character("A", position: 3)),
    ("91350100M000100Y44", .checkDigit),
    ("91350100M000100Z43", .character("Z", position: 16)),
    ("9.13501E+17", .scientificNotation),
    ("9E17", .scientificNotation),
    ("911101066976941000", .digitsLost),
    ("9111010669769418 2", .character(" ", position: 17)),
  ])
  func testFlaws(code: String, flaw: UnifiedCode.Flaw) {
    #expect(throws: flaw) { try UnifiedCode(code) }
  }

  /// The whole code's check holds here, the body code's own does not.
  @Test func testBodyCheck() {
    let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")
    let valid = "91350100M000100Y43"
    var caught = 0
    for body in "0123456789X" where body != "4" {
      for check in alphabet {
        let code = String(valid.prefix(16)) + String(body) + String(check)
        if (try? UnifiedCode(code)) == nil { caught += 1 }
      }
    }
    #expect(caught == 10 * alphabet.count)
  }
}
