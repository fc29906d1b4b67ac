/// The server's binary `numeric`: a count of base-10,000 digits, the first digit's weight, sign,
/// display scale, then the digits.
extension Numeric: SQLEncodable, SQLDecodable {
  private static let positive: UInt16 = 0x0000
  private static let negative: UInt16 = 0x4000

  public static var sqlType: PostgresType { .numeric }

  public func encode(into writer: inout ByteWriter, as type: PostgresType) throws {
    switch type {
    case .numeric: encodeNumeric(into: &writer)
    case .int8: writer.write(try integer(Int64.self))
    case .int4: writer.write(try integer(Int32.self))
    case .int2: writer.write(try integer(Int16.self))
    default: throw ValueError.typeMismatch(type, swift: "Numeric")
    }
  }

  private func encodeNumeric(into writer: inout ByteWriter) {
    let (digits, weight) = groups()
    writer.write(Int16(truncatingIfNeeded: digits.count))
    writer.write(Int16(truncatingIfNeeded: weight))
    writer.write(mantissa < 0 ? Self.negative : Self.positive)
    writer.write(Int16(truncatingIfNeeded: scale))
    for digit in digits { writer.write(digit) }
  }

  /// Base-10,000 digits, most significant first, and the power of 10,000 of the first.
  private func groups() -> (digits: [Int16], weight: Int) {
    var rest = mantissa.magnitude
    var digits: [Int16] = []
    let fractionGroups = (scale + 3) / 4
    // The last fraction group holds only scale mod 4 places: it is taken first and filled with zeros.
    let partial = scale % 4
    if partial > 0 {
      let unit = UInt128(Self.powerOfTen(partial) ?? 1)
      let filler = UInt128(Self.powerOfTen(4 - partial) ?? 1)
      digits.append(Int16(truncatingIfNeeded: rest % unit * filler))
      rest /= unit
    }
    while rest > 0 {
      digits.append(Int16(truncatingIfNeeded: rest % 10_000))
      rest /= 10_000
    }
    while digits.last == 0 { digits.removeLast() }
    let weight = digits.isEmpty ? 0 : digits.count - fractionGroups - 1
    return (digits.reversed(), weight)
  }

  public static func decode(_ cell: Cell) throws -> Numeric {
    switch cell.type {
    case .numeric: try decodeNumeric(try cell.bytes())
    case .int8: Numeric(try cell.integer(Int64.self))
    case .int4: Numeric(try cell.integer(Int32.self))
    case .int2: Numeric(try cell.integer(Int16.self))
    default: throw cell.mismatch(Numeric.self)
    }
  }

  private static func decodeNumeric(_ bytes: UnsafeRawBufferPointer) throws -> Numeric {
    var reader = ByteReader(bytes)
    let count = Int(try reader.read(Int16.self))
    let weight = Int(try reader.read(Int16.self))
    let sign = try reader.read(UInt16.self)
    let scale = Int(try reader.read(Int16.self))
    guard count >= 0, reader.remaining == count * 2 else { throw ValueError.malformed }
    // Any other sign is NaN or an infinity.
    guard sign == positive || sign == negative, (0...maximumScale).contains(scale) else {
      throw ValueError.outOfRange
    }
    var total = Int128(0)
    for position in 0..<count {
      let digit = Int128(try reader.read(Int16.self))
      guard (0..<10_000).contains(digit) else { throw ValueError.malformed }
      let exponent = scale + 4 * (weight - position)
      total = try add(digit, exponent: exponent, to: total)
    }
    return Numeric(unchecked: sign == negative ? -total : total, scale: scale)
  }

  /// `total + digit × 10^exponent`; a negative exponent is the padding of the last group.
  private static func add(_ digit: Int128, exponent: Int, to total: Int128) throws -> Int128 {
    if digit == 0 { return total }
    if exponent < 0 {
      guard let divisor = powerOfTen(-exponent), digit % divisor == 0 else {
        throw ValueError.malformed
      }
      let (sum, carry) = total.addingReportingOverflow(digit / divisor)
      guard !carry else { throw ValueError.outOfRange }
      return sum
    }
    guard let power = powerOfTen(exponent) else { throw ValueError.outOfRange }
    let (term, overflow) = digit.multipliedReportingOverflow(by: power)
    let (sum, carry) = total.addingReportingOverflow(term)
    guard !overflow, !carry else { throw ValueError.outOfRange }
    return sum
  }
}
