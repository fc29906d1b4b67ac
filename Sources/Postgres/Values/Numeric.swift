/// An exact decimal: an integer mantissa of up to 38 digits and a count of decimal places.
///
/// `1.50` and `1.5` are equal and hash alike, but each keeps the places it came with. There is no
/// way through binary floating point, in either direction.
public struct Numeric: Sendable {
  /// The value times 10^``scale``.
  public let mantissa: Int128
  /// Decimal places, 0 to ``maximumScale``.
  public let scale: Int

  public static let maximumScale = 38

  /// - Returns: `nil` for a scale outside 0…38.
  public init?(mantissa: Int128, scale: Int) {
    guard (0...Self.maximumScale).contains(scale) else { return nil }
    self.init(unchecked: mantissa, scale: scale)
  }

  init(unchecked mantissa: Int128, scale: Int) {
    self.mantissa = mantissa
    self.scale = scale
  }

  public init(_ value: some FixedWidthInteger & SignedInteger) {
    self.init(unchecked: Int128(truncatingIfNeeded: value), scale: 0)
  }

  /// Parses digits with an optional sign and point: `-12`, `0.0050`, `.5`. No exponent, no grouping.
  ///
  /// - Returns: `nil` for anything else, and where the digits exceed 128 bits or 38 places.
  public init?(text: String) {
    var digits = Substring(text)
    let negative = digits.first == "-"
    if negative || digits.first == "+" { digits = digits.dropFirst() }
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first else { return nil }
    let places = parts.count > 1 ? parts[1] : ""
    let all = whole + places
    guard !all.isEmpty, places.count <= Self.maximumScale,
      all.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let mantissa = Int128((negative ? "-" : "") + all)
    else { return nil }
    self.init(unchecked: mantissa, scale: places.count)
  }
}

extension Numeric {
  /// 10 to the power of `exponent`; `nil` outside 0…38.
  public static func powerOfTen(_ exponent: Int) -> Int128? {
    guard (0...38).contains(exponent) else { return nil }
    return (0..<exponent).reduce(Int128(1)) { power, _ in power * 10 }
  }

  /// Without trailing zeros, so that equal values have one form.
  public var reduced: Numeric {
    var mantissa = mantissa
    var scale = scale
    while scale > 0, mantissa % 10 == 0 {
      mantissa /= 10
      scale -= 1
    }
    return Numeric(unchecked: mantissa, scale: scale)
  }

  /// The mantissa at another scale: `1.5` at scale 4 is 15,000.
  ///
  /// - Returns: `nil` when digits would be lost or the result exceeds 128 bits.
  public func mantissa(atScale wanted: Int) -> Int128? {
    let exact = reduced
    guard wanted >= exact.scale, wanted <= Self.maximumScale,
      let power = Self.powerOfTen(wanted - exact.scale)
    else { return nil }
    let (product, overflow) = exact.mantissa.multipliedReportingOverflow(by: power)
    return overflow ? nil : product
  }

  /// The value as an integer.
  ///
  /// - Throws: ``ValueError/outOfRange`` when it has a fraction or does not fit.
  public func integer<T: FixedWidthInteger>(_: T.Type = T.self) throws -> T {
    guard let whole = mantissa(atScale: 0), let value = T(exactly: whole) else {
      throw ValueError.outOfRange
    }
    return value
  }
}

extension Numeric: Hashable, Comparable {
  public static func == (left: Numeric, right: Numeric) -> Bool {
    let (left, right) = (left.reduced, right.reduced)
    return left.mantissa == right.mantissa && left.scale == right.scale
  }

  public func hash(into hasher: inout Hasher) {
    let exact = reduced
    hasher.combine(exact.mantissa)
    hasher.combine(exact.scale)
  }

  public static func < (left: Numeric, right: Numeric) -> Bool {
    guard left.mantissa.signum() == right.mantissa.signum() else {
      return left.mantissa < right.mantissa
    }
    let scale = max(left.scale, right.scale)
    let (a, b) = (left.shifted(by: scale - left.scale), right.shifted(by: scale - right.scale))
    return (a.high, a.low) < (b.high, b.low)
  }

  /// Mantissa × 10^places at full width, so that comparing never overflows.
  private func shifted(by places: Int) -> (high: Int128, low: UInt128) {
    let power = Self.powerOfTen(places) ?? 1
    return mantissa.multipliedFullWidth(by: power)
  }
}

extension Numeric: ExpressibleByIntegerLiteral, CustomStringConvertible {
  public init(integerLiteral value: Int64) {
    self.init(value)
  }

  /// Digits with a point, all ``scale`` places shown.
  public var description: String {
    let digits = String(mantissa.magnitude)
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    let sign = mantissa < 0 ? "-" : ""
    if scale == 0 { return sign + padded }
    return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
  }
}

extension Numeric: Codable {
  /// From a string, or from a whole number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let whole = try? container.decode(Int64.self) {
      self.init(whole)
      return
    }
    guard let value = Numeric(text: try container.decode(String.self)) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a decimal number"))
    }
    self = value
  }

  /// As a string: JSON's readers would otherwise go through binary floating point.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
