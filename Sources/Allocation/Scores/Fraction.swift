public import Postgres

/// An exact rational number: scores are sums of weighted shares, and no binary floating point
/// touches them.
public struct Fraction: Hashable, Sendable {
  let numerator: Int128
  /// Always positive; the fraction is in lowest terms.
  let denominator: Int128

  /// - Throws: ``FractionError/zeroDenominator``; ``FractionError/outOfRange`` where a value does
  ///   not fit 128 bits.
  public init(_ numerator: Int128, over denominator: Int128 = 1) throws(FractionError) {
    guard denominator != 0 else { throw .zeroDenominator }
    let divisor = Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
    guard
      let top = Int128(exactly: numerator.magnitude / divisor),
      let bottom = Int128(exactly: denominator.magnitude / divisor)
    else { throw .outOfRange }
    self.numerator = (numerator < 0) == (denominator < 0) ? top : -top
    self.denominator = bottom
  }

  /// The fraction that a decimal number is.
  public init(_ number: Numeric) throws(FractionError) {
    var power: Int128 = 1
    for _ in 0..<max(0, number.scale) {
      power = try Self.checked(power.multipliedReportingOverflow(by: 10))
    }
    try self.init(number.mantissa, over: power)
  }

  public static let zero = Fraction(whole: 0)
  public static let one = Fraction(whole: 1)

  /// A whole number.
  public init(whole: Int128) {
    numerator = whole
    denominator = 1
  }

  /// The fraction, but at least 0 and at most 1.
  public var clipped: Fraction {
    if numerator < 0 { return .zero }
    return numerator > denominator ? .one : self
  }

  public func times(_ other: Fraction) throws(FractionError) -> Fraction {
    try Fraction(
      Self.checked(numerator.multipliedReportingOverflow(by: other.numerator)),
      over: Self.checked(denominator.multipliedReportingOverflow(by: other.denominator)))
  }

  /// - Throws: ``FractionError/zeroDenominator`` if `other` is 0.
  public func dividing(by other: Fraction) throws(FractionError) -> Fraction {
    try times(Fraction(other.denominator, over: other.numerator))
  }

  public func plus(_ other: Fraction) throws(FractionError) -> Fraction {
    let left = try Self.checked(numerator.multipliedReportingOverflow(by: other.denominator))
    let right = try Self.checked(other.numerator.multipliedReportingOverflow(by: denominator))
    return try Fraction(
      Self.checked(left.addingReportingOverflow(right)),
      over: Self.checked(denominator.multipliedReportingOverflow(by: other.denominator)))
  }

  public func minus(_ other: Fraction) throws(FractionError) -> Fraction {
    try plus(other.times(Fraction(-1)))
  }

  /// The nearest whole number, halves away from below: ⌊x + ½⌋.
  public func roundedHalfUp() throws(FractionError) -> Int64 {
    let doubled = try Self.checked(numerator.multipliedReportingOverflow(by: 2))
    let top = try Self.checked(doubled.addingReportingOverflow(denominator))
    let bottom = try Self.checked(denominator.multipliedReportingOverflow(by: 2))
    let quotient = top / bottom
    let floor = top % bottom < 0 ? quotient - 1 : quotient
    guard let whole = Int64(exactly: floor) else { throw .outOfRange }
    return whole
  }

  public func isLess(than other: Fraction) throws(FractionError) -> Bool {
    let left = try Self.checked(numerator.multipliedReportingOverflow(by: other.denominator))
    let right = try Self.checked(other.numerator.multipliedReportingOverflow(by: denominator))
    return left < right
  }

  /// The greatest whole number that is not above it.
  public func floored() throws(FractionError) -> Int64 {
    let quotient = numerator / denominator
    let floor = numerator % denominator < 0 ? quotient - 1 : quotient
    guard let whole = Int64(exactly: floor) else { throw .outOfRange }
    return whole
  }

  /// The greatest decimal with so many places that is not above it, for people to read.
  public func floored(places: Int) throws(FractionError) -> Numeric {
    guard let power = Numeric.powerOfTen(places),
      let number = Numeric(
        mantissa: Int128(try times(Fraction(power)).floored()), scale: places)
    else { throw .outOfRange }
    return number
  }

  private static func checked(
    _ result: (partialValue: Int128, overflow: Bool)
  ) throws(FractionError) -> Int128 {
    guard !result.overflow else { throw .outOfRange }
    return result.partialValue
  }

  private static func greatestCommonDivisor(_ first: UInt128, _ second: UInt128) -> UInt128 {
    var (a, b) = (first, second)
    while b != 0 { (a, b) = (b, a % b) }
    return max(a, 1)
  }
}

/// Why a fraction cannot be had.
public enum FractionError: Error, Hashable, Sendable {
  case zeroDenominator
  /// A numerator or denominator would need more than 128 bits.
  case outOfRange
}
