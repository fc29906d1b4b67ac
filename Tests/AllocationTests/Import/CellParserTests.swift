import Postgres
import Testing

@testable import Allocation

@Suite struct CellParserTests {
  private let catalogue: Catalogue

  init() throws {
    catalogue = try Catalogue.embedded()
  }

  private func parse(_ text: String, _ table: String, _ column: String) throws -> StagedValue {
    let table = try #require(catalogue.table(named: table))
    let index = try #require(table.column(named: column))
    return try CellParser.parse(Blanks.trimmed(text), table.columns[index])
  }

  private func undamaged(_ text: String, _ table: String, _ column: String) throws -> String {
    let table = try #require(catalogue.table(named: table))
    let index = try #require(table.column(named: column))
    return try CellParser.undamaged(text, table.columns[index])
  }

  private func reason(_ text: String, _ table: String, _ column: String) throws -> FaultReason? {
    do {
      _ = try parse(text, table, column)
      return nil
    } catch let reason as FaultReason {
      return reason
    }
  }

  @Test("Codes that look alike are one, byte by byte; texts stay as they were written")
  func testComposed() throws {
    for code in ["Re\u{301}", "R\u{E9}", "Ｒ\u{E9}"] {
      let value = try parse(code, "land_requests", "number").text
      #expect(value.map { Array($0.utf8) } == Array("R\u{E9}".utf8))
    }
    let name = try parse("Re\u{301}", "land_requests", "project").text
    #expect(name.map { Array($0.utf8) } == Array("Re\u{301}".utf8))
  }

  @Test func testWhole() throws {
    #expect(try parse("12", "enterprises", "employees") == .integer(12))
    #expect(try parse(" 1,234,567 ", "enterprises", "revenue_wan") == .integer(1_234_567))
    #expect(try parse("１，２３４", "enterprises", "营业收入") == .integer(1234))
    #expect(try parse("+12.00", "enterprises", "revenue_wan") == .integer(12))
    #expect(try parse("", "enterprises", "employees") == .null)
  }

  @Test(arguments: [
    ("1,23", FaultReason.notNumber(.other)), ("12.5", .notNumber(.fraction)),
    ("1E+05", .notNumber(.scientific)), ("十二", .notNumber(.other)), ("1 2", .notNumber(.other)),
    ("-", .notNumber(.other)), (".5", .notNumber(.other)), ("12.", .notNumber(.other)),
    ("-1", .outOfRange(lowest: 0, highest: 1_000_000_000_000, isPositive: false)),
    (
      "99999999999999999999999999",
      .outOfRange(lowest: 0, highest: 1_000_000_000_000, isPositive: false)
    ),
  ])
  func testWholeFaults(text: String, expected: FaultReason) throws {
    #expect(try reason(text, "enterprises", "revenue_wan") == expected)
  }

  @Test func testDecimal() throws {
    #expect(try parse("12.3456", "parcels", "area_mu") == .decimal(units: 123_456, places: 4))
    #expect(try parse("12", "parcels", "area_mu") == .decimal(units: 120_000, places: 4))
    #expect(try parse("12.345600", "parcels", "area_mu") == .decimal(units: 123_456, places: 4))
    #expect(try reason("12.34567", "parcels", "area_mu") == .tooManyDecimals(places: 4))
    #expect(
      try reason("0", "parcels", "area_mu")
        == .outOfRange(lowest: 0, highest: 1_000_000, isPositive: true))
    #expect(try parse("0", "parcels", "farmland_mu") == .decimal(units: 0, places: 4))
    #expect(
      try reason("100.01", "loan_products", "rate_pct")
        == .outOfRange(lowest: 0, highest: 100, isPositive: false))
  }

  @Test(arguments: [
    "2026-11-20", "2026/11/20", "2026年11月20日", "２０２６-１１-２０", "2026/11/20 ",
  ])
  func testDay(text: String) throws {
    let day = try #require(DateOnly(year: 2026, month: 11, day: 20))
    #expect(try parse(text, "parcels", "ready_on") == .day(day))
  }

  @Test(arguments: [
    ("2026-02-30", FaultReason.noSuchDay), ("2026-13-01", .noSuchDay), ("1899-12-31", .noSuchDay),
    ("20261120", .notDay), ("20.11.2026", .notDay), ("2026-11", .notDay), ("46346", .notDay),
    ("2026年11月20", .notDay), ("2026-11-2O", .notDay), ("26-11-20", .notDay),
  ])
  func testDayFaults(text: String, expected: FaultReason) throws {
    #expect(try reason(text, "parcels", "ready_on") == expected)
  }

  @Test func testSingleDigitDay() throws {
    let day = try #require(DateOnly(year: 2026, month: 1, day: 5))
    #expect(try parse("2026/1/5", "parcels", "ready_on") == .day(day))
    #expect(try parse("2026年1月5日", "parcels", "ready_on") == .day(day))
  }

  @Test func testFlag() throws {
    for text in ["true", "TRUE", "是", "1", "１"] {
      #expect(try parse(text, "parcels", "divisible") == .flag(true))
    }
    for text in ["false", "否", "0"] {
      #expect(try parse(text, "parcels", "divisible") == .flag(false))
    }
    #expect(try reason("有", "parcels", "divisible") == .notFlag)
    #expect(try reason("", "parcels", "divisible") == .missingValue)
  }

  @Test func testWords() throws {
    #expect(try parse("大型", "enterprises", "size") == .text("large"))
    #expect(try parse("Large", "enterprises", "企业规模") == .text("large"))
    #expect(try parse("副教授", "expert_requests", "min_title") == .text("associate_professor"))
    #expect(try parse("硕士", "host_posts", "min_degree") == .text("master"))
    #expect(try parse("bbb", "loan_products", "min_rating") == .text("BBB"))
    let reason = try reason("巨型", "enterprises", "size")
    #expect(reason == .unknownWord(accepted: "large 大型、medium 中型、small 小型、micro 微型"))
  }

  @Test func testLists() throws {
    let sizes = StagedValue.list(["small", "micro"])
    for text in ["small;micro", "小型；微型", "小型、micro", "small,micro", "small ; micro"] {
      #expect(try parse(text, "loan_products", "sizes") == sizes)
    }
    #expect(try parse("36;C34", "chains", "industry_divisions") == .list(["C36", "C34"]))
    #expect(try reason("small;;micro", "loan_products", "sizes") == .emptyItem)
    #expect(try reason("small;", "loan_products", "sizes") == .emptyItem)
    #expect(try reason("small;小型", "loan_products", "sizes") == .repeatedItem("小型"))
    #expect(try reason("", "loan_products", "sizes") == .missingValue)
    #expect(try parse("", "chains", "majors") == .null)
  }

  @Test func testCodes() throws {
    #expect(try parse("３４１８０２", "parcels", "region") == .text("341802"))
    #expect(try parse("3670", "enterprises", "industry") == .text("C3670"))
    #expect(try parse("c3670", "enterprises", "industry") == .text("C3670"))
    #expect(
      try parse("91350100m000100y43", "enterprises", "uscc") == .text("91350100M000100Y43"))
    #expect(try parse("'91350100M000100Y43", "enterprises", "uscc") == .text("91350100M000100Y43"))
    #expect(try reason("9.1E+17", "enterprises", "uscc") == .uscc(.scientificNotation))
  }

  @Test func testCodesAsNumbers() throws {
    // What a program makes of a column of codes that it has read as numbers goes through the import's rule.
    for (code, table, column) in [
      ("3670.0", "enterprises", "industry"), ("341802.0", "parcels", "region"),
      ("102377000001.00", "banks", "code"), ("３４１８０２.0", "parcels", "region"),
    ] {
      #expect(throws: FaultReason.damagedCode) { try undamaged(code, table, column) }
    }
    #expect(try undamaged("8.7;8.0", "experts", "fields") == "8.7;8.0")
  }

  @Test func testText() throws {
    #expect(try parse("第一行\n第二行", "expert_requests", "problem") == .text("第一行\n第二行"))
    #expect(try reason("a\u{FFFD}", "enterprises", "name") == .lostCharacter)
    #expect(try reason("a\u{1}", "enterprises", "name") == .controlCharacter)
    #expect(try reason("a\nb", "parcels", "code") == .controlCharacter)
    #expect(
      try reason(String(repeating: "长", count: 2001), "enterprises", "name")
        == .tooLong(limit: 2000))
    #expect(
      try reason(String(repeating: "x", count: 65), "parcels", "code") == .tooLong(limit: 64))
  }
}
