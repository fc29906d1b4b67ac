/// Numbers as offices write them: `12,345.60`, full-width digits, a plus sign.
enum NumberParser {
  /// The number in units of 10^−`places`, exactly.
  ///
  /// - Throws: ``FaultReason/notNumber(_:)``, ``FaultReason/tooManyDecimals(places:)`` (zeros past
  ///   the last place are no fault) or ``FaultReason/outOfRange(lowest:highest:)``.
  static func number(
    _ text: String, places: Int, _ limits: NumberLimits
  ) throws(FaultReason) -> Int64 {
    if let units = bareDigits(text, places: places) {
      return try checked(units, places: places, limits)
    }
    let text = Blanks.narrowed(text)
    var body = text[...]
    let isNegative = body.first == "-" || body.first == "−"
    if isNegative || body.first == "+" { body.removeFirst() }
    let parts = body.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, let digits = ungrouped(whole) else { throw flaw(text) }
    let decimals = parts.count > 1 ? parts[1] : ""
    guard isDigits(digits), decimals.isEmpty ? parts.count == 1 : isDigits(decimals) else {
      throw flaw(text)
    }
    let significant = decimals.prefix(places)
    guard decimals.dropFirst(places).allSatisfy({ $0 == "0" }) else {
      throw places == 0 ? .notNumber(.fraction) : .tooManyDecimals(places: places)
    }
    let padding = String(repeating: "0", count: places - significant.count)
    // Too many digits for 64 bits are out of any column's range.
    let units = Int64(digits + significant + padding) ?? .max
    return try checked(isNegative ? -units : units, places: places, limits)
  }

  private static func checked(
    _ units: Int64, places: Int, _ limits: NumberLimits
  ) throws(FaultReason) -> Int64 {
    let scale = (0..<places).reduce(Int64(1)) { scale, _ in scale * 10 }
    let (lowest, highest) = (limits.range.lowerBound, limits.range.upperBound)
    let high = highest.multipliedReportingOverflow(by: scale)
    let isInside = units >= lowest * scale && (high.overflow || units <= high.partialValue)
    guard isInside, !(limits.isPositive && units == 0) else {
      throw .outOfRange(lowest: lowest, highest: highest, isPositive: limits.isPositive)
    }
    return units
  }

  /// A few digits and nothing else, which most numbers are: no need to take the text apart.
  private static func bareDigits(_ text: String, places: Int) -> Int64? {
    guard text.utf8.count <= 12 else { return nil }
    var value: Int64 = 0
    for byte in text.utf8 {
      guard (48..<58).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 48)
    }
    return (0..<places).reduce(value) { value, _ in value * 10 }
  }

  /// Thousands separators taken out; `nil` where they do not part groups of three.
  private static func ungrouped(_ text: Substring) -> String? {
    let groups = text.split(separator: ",", omittingEmptySubsequences: false)
    guard groups.count > 1 else { return String(text) }
    guard let first = groups.first, (1...3).contains(first.count),
      groups.dropFirst().allSatisfy({ $0.count == 3 })
    else { return nil }
    return groups.joined()
  }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (48..<58).contains($0) }
  }

  private static func flaw(_ text: String) -> FaultReason {
    let isScientific = text.contains { $0 == "e" || $0 == "E" } && Double(text) != nil
    return .notNumber(isScientific ? .scientific : .other)
  }
}
