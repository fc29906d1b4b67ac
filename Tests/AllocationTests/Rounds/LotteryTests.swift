import Testing

@testable import Allocation

@Suite("Lottery and canonical text")
struct LotteryTests {
  @Test("The first eight bytes of SHA-256(seed ‖ subject)")
  func vector() {
    // SHA-256("abc") = ba7816bf 8f01cfea …, the example of FIPS 180-4.
    #expect(Lottery.number(seed: "ab", subject: "c") == 0xba78_16bf_8f01_cfea)
    #expect(Lottery.number(seed: "a", subject: "bc") == 0xba78_16bf_8f01_cfea)
  }

  @Test("Text order is number order")
  func text() {
    #expect(Lottery.text(0) == "0000000000000000")
    #expect(Lottery.text(255) == "00000000000000ff")
    #expect(Lottery.text(.max) == "ffffffffffffffff")
  }

  @Test("No two lists of fields share a line")
  func injective() {
    func bytes(_ fields: [String]) -> [UInt8] {
      var text = CanonicalText()
      text.append("kind", fields)
      return text.bytes
    }
    let lists = [
      ["a", "b"], ["a\tb"], ["a\\tb"], ["a\nb"], ["a\\nb"], ["a", "", "b"], ["a\\", "b"],
    ]
    #expect(Set(lists.map(bytes)).count == lists.count)
  }

  @Test("Order is by UTF-8, as in PostgreSQL's C collation")
  func order() {
    #expect(["é", "z", "企", "a", "Z"].sorted(byText: { $0 }) == ["Z", "a", "z", "é", "企"])
  }
}
