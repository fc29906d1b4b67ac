import Foundation

/// One way to spoil the small city, and the fault it must be told as.
struct ImportFaultCase: Sendable, CustomStringConvertible {
  let file: String
  /// What is replaced, and by what.
  let change: (String, String)
  let code: String
  let line: Int
  let column: String?
  /// The offending value, as the fault must name it.
  let value: String?

  init(
    _ file: String, _ old: String, _ new: String, _ code: String, line: Int = 2,
    column: String? = nil, value: String? = nil
  ) {
    self.file = file
    change = (old, new)
    self.code = code
    self.line = line
    self.column = column
    self.value = value
  }

  var description: String { "\(file) \(code) \(change.1)" }

  /// The text with the change at its last place: where two rows look alike, the later is meant.
  func spoil(_ text: String) -> String {
    guard let range = text.range(of: change.0, options: .backwards) else { return text }
    return text.replacingCharacters(in: range, with: change.1)
  }

  static let all: [ImportFaultCase] = shape + codes + cells + rows

  private static let shape = [
    Self(
      "banks.csv", "code,name,kind", "银行名单（2026年）,,,,\n单位：万元,,,,\ncode,name,kind", "title_row",
      line: 1, value: "银行名单（2026年）"),
    Self("parcels.csv", "land_use,", "landuse,", "unknown_column", line: 1, column: "landuse"),
    Self("parcels.csv", "P1,341802,", "P1,341802,x,", "ragged_row"),
    Self("parcels.csv", "area_mu,", "area_mu,面积,", "repeated_column", line: 1, column: "area_mu"),
    Self("banks.csv", "kind", "类别", "unknown_column", line: 1, column: "类别"),
    Self("banks.csv", "max_chains,", "", "missing_column", line: 1, column: "max_chains"),
    Self("banks.csv", "样本银行", "\"样本银行", "unclosed_quote"),
    Self("banks.csv", "样本银行", "\"样本\"银行", "text_after_quote"),
    Self("banks.csv", "样本银行", "", "missing_value", column: "name"),
    Self(
      "banks.csv", "样本银行", "样\u{FFFD}银行", "lost_character", column: "name", value: "样\u{FFFD}银行"),
    Self("banks.csv", "样本银行", "样\u{7}银行", "control_character", column: "name", value: "样·银行"),
  ]

  private static let codes = [
    Self(
      "enterprises.csv", "CR63F0WT2P", "CR63F0WT2Q", "uscc_check_digit", column: "uscc",
      value: "91341802CR63F0WT2Q"),
    Self(
      "enterprises.csv", "CR63F0WT2P", "CR63F0WT2O", "uscc_character", column: "uscc",
      value: "91341802CR63F0WT2O"),
    Self(
      "enterprises.csv", "CR63F0WT2P", "CR63F0WT2", "uscc_length", column: "uscc",
      value: "91341802CR63F0WT2"),
    Self(
      "enterprises.csv", "91341802CR63F0WT2P", "9.13418E+17", "uscc_scientific", column: "uscc",
      value: "9.13418E+17"),
    Self("banks.csv", "B1,", "1.02377E+11,", "damaged_code", column: "code", value: "1.02377E+11"),
    Self(
      "banks.csv", "B1,", "102377000001.0,", "damaged_code", column: "code",
      value: "102377000001.0"),
    Self(
      "banks.csv", "B1,", "１０２３７７０００００１.0,", "damaged_code", column: "code",
      value: "１０２３７７０００００１.0"),
    Self("banks.csv", "B1,", "..,", "dots", column: "code", value: ".."),
    Self("banks.csv", "B1,", "．,", "dots", column: "code", value: "．"),
    Self("banks.csv", "B1,", "2-Jun,", "damaged_code", column: "code", value: "2-Jun"),
    Self("banks.csv", "B1,", "6月2日,", "damaged_code", column: "code", value: "6月2日"),
    Self("banks.csv", "样本银行", "样\u{202E}本银行", "control_character", column: "name", value: "样·本银行"),
    Self(
      "enterprises.csv", "91341802CR63F0WT2P", "913418020123456000", "uscc_digits_lost",
      column: "uscc", value: "913418020123456000"),
    Self(
      "enterprises.csv", ",341802,", ",341803,", "missing_reference", column: "region",
      value: "341803"),
    Self(
      "enterprises.csv", "C2644", "C9999", "unknown_standard_code", column: "industry",
      value: "C9999"),
    Self("enterprises.csv", ",C01,", ",C99,", "missing_reference", column: "chain", value: "C99"),
    Self(
      "regions.csv", "341881,", "341899,", "unknown_standard_code", line: 4, column: "code",
      value: "341899"),
    Self(
      "regions.csv", "341881,宁国市,county,341800", "341822,广德县,county,341800",
      "unknown_standard_code", line: 4, column: "code", value: "341822"),
    Self(
      "chains.csv", "C36;C34", "C36;C3670", "unknown_standard_code", column: "industry_divisions",
      value: "C3670"),
    Self("parcels.csv", ",0601,", ",601,", "lost_zero", column: "land_use", value: "601"),
    Self("chains.csv", "0802", "802", "lost_zero", column: "majors", value: "802"),
    Self(
      "parcels.csv", ",0601,", ",9901,", "unknown_standard_code", column: "land_use", value: "9901"),
    Self(
      "land_requests.csv", "341802;341881", "341802;341823", "missing_reference", column: "regions",
      value: "341823"),
    Self(
      "land_requests.csv", "91341802CR63F0WT2P", "91341802YBTR2J9U08", "missing_reference",
      column: "uscc", value: "91341802YBTR2J9U08"),
    Self("loan_products.csv", ",B1,", ",B2,", "missing_reference", column: "bank", value: "B2"),
    Self(
      "experts.csv", "4131010248", "4131010249", "missing_reference", column: "university",
      value: "4131010249"),
  ]

  private static let cells = [
    Self(
      "land_requests.csv", "2026-09-29", "2026-02-30", "no_such_date", column: "submitted_on",
      value: "2026-02-30"),
    Self(
      "land_requests.csv", "2026-09-29", "29.9.2026", "not_date", column: "submitted_on",
      value: "29.9.2026"),
    Self("land_requests.csv", "7001", "七千", "not_number", column: "investment_wan", value: "七千"),
    Self(
      "land_requests.csv", "7001", "-7001", "out_of_range", column: "investment_wan", value: "-7001"
    ),
    Self(
      "land_requests.csv", "21.4", "21.40001", "too_many_decimals", column: "area_mu",
      value: "21.40001"),
    Self("land_requests.csv", "21.4", "0", "out_of_range", column: "area_mu", value: "0"),
    Self(
      "land_requests.csv", "ordinary", "urgent", "unknown_word", column: "priority", value: "urgent"
    ),
    Self("parcels.csv", "28.3", "0", "out_of_range", column: "area_mu", value: "0"),
    Self("parcels.csv", "false", "maybe", "not_boolean", column: "divisible", value: "maybe"),
    Self(
      "loan_products.csv", "small;micro", "small;;micro", "empty_item", column: "sizes",
      value: "small;;micro"),
    Self(
      "loan_products.csv", "small;micro", "small;小型", "repeated_item", column: "sizes",
      value: "small;小型"),
    Self(
      "loan_products.csv", "small;micro", "small;tiny", "unknown_word", column: "sizes",
      value: "small;tiny"),
  ]

  private static let rows = [
    Self(
      "banks.csv", "B1,样本银行,state,4,6000", "B1,样本银行,state,4,6000\nB1,另一银行,city,4,6000",
      "repeated_key", line: 3, column: "code", value: "B1"),
    Self(
      "credit_lines.csv", "2026-10-01", "2026-09-30", "overlapping_period", line: 3,
      value: "2026-09-30"),
    Self(
      "land_quotas.csv", "Q2,341802,energy,2026-01-01,2026-12-31,500,tce",
      "Q2,341802,construction_land,2026-12-31,2027-12-31,500,mu", "overlapping_period", line: 3,
      value: "2026-12-31"),
    Self(
      "land_quotas.csv", "Q2,341802,energy", "Q2,341881,construction_land", "row_rule", line: 3,
      value: "tce"),
    Self(
      "credit_lines.csv", "2026-09-30", "2026-06-30", "row_rule", column: "period_end",
      value: "2026-06-30"),
    Self(
      "credit_lines.csv", "5951", "28989", "row_rule", line: 3, column: "inclusive_floor_wan",
      value: "28989"),
    Self("parcels.csv", "0.5", "28.4", "row_rule", column: "farmland_mu", value: "28.4"),
    Self(
      "land_requests.csv", "21.4,15", "21.4,21.5", "row_rule", column: "min_area_mu", value: "21.5"),
    Self(
      "land_requests.csv", "2027-02-03", "2026-09-28", "row_rule", column: "needed_by",
      value: "2026-09-28"),
    Self("loan_products.csv", "10,500", "501,500", "row_rule", column: "min_wan", value: "501"),
  ]
}
