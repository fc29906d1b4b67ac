import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

/// What reads what strangers send.
@Suite("Hostile input to the reader")
struct HostileReaderTests {
  private static let texts = [
    "'; DROP TABLE registry.enterprises; --", "\" OR 1=1", "$1", "%s%n", "../../etc/passwd",
    "\\u0000", "\u{202E}gnp", "𝕏", "汉字", String(repeating: "长", count: 3000), "NaN", "1e400", "-0",
    "9223372036854775808", "{}", "[]", "<script>", "0x1F", "\r\nX: y", "'", "\\", "null",
  ]

  private static func value(_ dice: inout Dice, _ depth: Int = 0) -> String {
    switch dice.roll(depth > 3 ? 6 : 8) {
    case 0: JSON.quoted(dice.pick(texts))
    case 1: dice.pick(["1e999", "-1", "0", "99999999999999999999999999", "1.5", "1E-400"])
    case 2: dice.pick(["true", "false", "null"])
    case 3: "\"\\ud800\""
    case 4: dice.pick(["01", "+1", ".5", "'a'", "nul", "\u{FEFF}1", "1,", "NaN"])
    case 5: JSON.quoted("2026-11-20")
    case 6:
      "[" + (0..<dice.roll(4)).map { _ in value(&dice, depth + 1) }.joined(separator: ",") + "]"
    default: "{\"a\":\(value(&dice, depth + 1))}"
    }
  }

  @Test("The reader of JSON takes what another reader takes, and refuses what it must")
  func json() throws {
    var dice = Dice(seed: 3)
    for _ in 0..<4000 {
      let text = "{\"a\":\(Self.value(&dice)),\"b\":[\(Self.value(&dice))]}"
      let bytes = Array(text.utf8)
      let ours = try? JSONReader.read(bytes)
      let theirs = try? JSONSerialization.jsonObject(with: Data(bytes))
      if let ours {
        // The other reader has no room for numbers of this size.
        let isHuge = text.contains("1e999") || text.contains("99999999999999999999999999")
        #expect(theirs != nil || isHuge, "\(text.prefix(200))")
        #expect((try? JSONReader.read(Array(ours.compact.utf8))) == ours)
      }
    }
    func flaw(_ text: String) -> JSONReader.Flaw.What? {
      do throws(JSONReader.Flaw) {
        _ = try JSONReader.read(Array(text.utf8))
        return nil
      } catch {
        return error.what
      }
    }
    let deep = { (count: Int) in
      String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    #expect(flaw(deep(JSONReader.deepest)) == nil)
    #expect(flaw(deep(JSONReader.deepest + 1)) == .tooDeep)
    #expect(flaw(#"{"a":1,"a":1}"#) == .repeatedName)
    #expect(flaw(#""\ud800""#) == .badText)
    #expect(flaw(#""\u0000""#) == .badText)
    #expect(flaw("1 1") == .trailing)
    #expect(flaw("-") == .badNumber)
    #expect(flaw("01") == .trailing)
    #expect(flaw("") == .unexpected)
    #expect((try? JSONReader.read([0x22, 0xFF, 0x22])) == nil)
    #expect((try? JSONReader.read(Array(#""\ud83d\ude00é\n""#.utf8))) == .text("😀é\n"))
  }
}
