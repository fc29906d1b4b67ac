import Testing

@testable import Allocation

@Suite("One screen")
struct NightSummaryTests {
  @Test("An ideograph takes two columns, also in a table")
  func widths() {
    #expect(ScreenText.width("土地 land") == 9)
    #expect(ScreenText.width("（1）、") == 7)
    #expect(ScreenText.table([["土地", "1"], ["a", "企业"]]) == ["土地     1", "a     企业"])
  }

  @Test("Lines are as long as they may be, and what does not fit is marked as cut")
  func wrapped() {
    #expect(ScreenText.wrapped("一二三四五", to: 5, lines: 3) == ["一二", "三四", "五"])
    #expect(ScreenText.wrapped("ab cd", to: 2, lines: 9) == ["ab", "cd"])
    #expect(ScreenText.wrapped("一二三四五", to: 4, lines: 2) == ["一二", "三…"])
    #expect(ScreenText.wrapped("得分 5536 分", to: 8, lines: 3) == ["得分", "5536 分"])
    #expect(ScreenText.wrapped("一二三。四", to: 6, lines: 3) == ["一二", "三。四"])
    #expect(ScreenText.wrapped("", to: 4, lines: 2) == [])
  }

  @Test("Examples are of other rounds and other reasons, as far as there are")
  func varied() {
    func example(_ round: Int, _ request: String, _ reason: String) -> NightSummary.Example {
      .init(roundID: round, request: request, enterprise: "", reason: reason, explanation: "")
    }
    let all = [
      example(1, "A", "no_option"), example(1, "B", "quota"), example(2, "C", "no_option"),
      example(2, "D", "capacity"), example(3, "E", "outbid"),
    ]
    #expect(NightSummary.varied(all).map(\.request) == ["A", "D", "E"])
    #expect(NightSummary.varied(Array(all.prefix(3))).map(\.request) == ["A", "B", "C"])
    #expect(NightSummary.varied([all[2]]).map(\.request) == ["C"])
  }
}
