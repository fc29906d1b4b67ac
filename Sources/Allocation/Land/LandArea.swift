import Postgres

/// Areas are whole numbers of ten-thousandths of a mu: no binary floating point touches land.
enum LandArea {
  /// Decimal places of a mu that are counted.
  static let places = 4
  /// The unit of rows that count areas.
  static let unit = "0.0001 mu"

  /// An area in ten-thousandths of a mu.
  ///
  /// - Throws: ``ValueError/outOfRange`` for more than four decimals, or beyond 64 bits.
  static func units(_ mu: Numeric) throws -> Int64 {
    guard let mantissa = mu.mantissa(atScale: places), let units = Int64(exactly: mantissa) else {
      throw ValueError.outOfRange
    }
    return units
  }

  /// The area that a count of units is, in mu.
  static func mu(_ units: Int64) -> Numeric {
    (Numeric(mantissa: Int128(units), scale: places) ?? 0).reduced
  }

  /// `part / whole` of an amount, rounded up: what is used is never counted short.
  ///
  /// - Precondition: no argument is negative, and `whole` is positive.
  static func share(of amount: Int64, _ part: Int64, over whole: Int64) -> Int64 {
    let product = Int128(amount) * Int128(part)
    return Int64(clamping: (product + Int128(whole) - 1) / Int128(max(1, whole)))
  }
}
