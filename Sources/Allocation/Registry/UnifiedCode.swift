/// 统一社会信用代码, the unified social credit code of GB 32100-2015.
///
/// 18 characters of an alphabet without I, O, S, V, Z. The last one is a check modulo 31 over the
/// other 17. Characters 9 to 17 are a GB 11714 body code, whose last one is a check modulo 11.
/// Nothing else may be read from a code: characters 3 to 8 name the registrar's division, which is
/// not where the enterprise is.
public struct UnifiedCode: Hashable, Sendable {
  public let text: String

  /// Checks length, alphabet and both check digits.
  ///
  /// - Parameter text: the code in capital letters and ASCII digits, without blanks.
  /// - Throws: the first ``Flaw`` found.
  /// - Complexity: O(1).
  public init(_ text: String) throws(Flaw) {
    let bytes = Array(text.utf8)
    if Self.isScientific(bytes) { throw .scientificNotation }
    guard bytes.count == 18 else { throw .length(text.count) }
    let values = try Self.values(of: bytes)
    guard Self.bodyIsSound(bytes), Self.isSound(values) else {
      throw Self.lostDigits(bytes) ? .digitsLost : .checkDigit
    }
    self.text = text
  }

  /// What is wrong with a code.
  public enum Flaw: Error, Hashable, Sendable {
    /// Not 18 characters, but this many.
    case length(Int)
    /// A character outside the alphabet (I, O, S, V, Z, a blank …) at this position, from 1.
    case character(Character, position: Int)
    case checkDigit
    /// A spreadsheet has stored the code as a number and writes it as `9.13418E+17`.
    case scientificNotation
    /// All digits, ends in 000 and fails its checks: a number keeps 15 of 18 digits only.
    case digitsLost
  }
}

extension UnifiedCode {
  private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

  /// Value of each ASCII byte in the alphabet, -1 where it has none.
  private static let valueOfByte: [Int] = {
    var table = [Int](repeating: -1, count: 256)
    for (value, byte) in alphabet.enumerated() { table[Int(byte)] = value }
    return table
  }()

  private static let weights: [Int] = {
    var power = 1
    return (0..<17).map { _ in
      defer { power = power * 3 % 31 }
      return power
    }
  }()

  private static let bodyWeights = [3, 7, 9, 10, 5, 8, 4, 2]

  private static func values(of bytes: [UInt8]) throws(Flaw) -> [Int] {
    var values: [Int] = []
    values.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      let value = valueOfByte[Int(byte)]
      let mustBeDigit = (2..<8).contains(index)
      guard value >= 0, !mustBeDigit || value < 10 else {
        throw .character(Character(UnicodeScalar(byte)), position: index + 1)
      }
      values.append(value)
    }
    return values
  }

  /// Σ C_i · 3^(i−1) over all 18 characters, the check itself counting once, is 0 modulo 31. In
  /// this form the case "remainder 0" needs no rule of its own.
  private static func isSound(_ values: [Int]) -> Bool {
    guard let check = values.last else { return false }
    return (zip(values, weights).reduce(check) { $0 + $1.0 * $1.1 }) % 31 == 0
  }

  /// Letters of a body code count from A = 10 without gaps, its check X counts 10.
  private static func bodyIsSound(_ bytes: [UInt8]) -> Bool {
    let body = bytes[8..<16].map { $0 < 58 ? Int($0) - 48 : Int($0) - 55 }
    let last = bytes[16]
    guard last < 58 || last == UInt8(ascii: "X") else { return false }
    let check = last < 58 ? Int(last) - 48 : 10
    return (zip(body, bodyWeights).reduce(check) { $0 + $1.0 * $1.1 }) % 11 == 0
  }

  private static func lostDigits(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { (48..<58).contains($0) } && bytes.suffix(3).allSatisfy { $0 == 48 }
  }

  /// `9.13418E+17`, `9E17`
  private static func isScientific(_ bytes: [UInt8]) -> Bool {
    guard let e = bytes.firstIndex(of: UInt8(ascii: "E")), e > 0 else { return false }
    let isDigit: (UInt8) -> Bool = { (48..<58).contains($0) }
    let mantissa = bytes[..<e]
    var exponent = bytes[(e + 1)...]
    if exponent.first == UInt8(ascii: "+") { exponent = exponent.dropFirst() }
    guard exponent.count <= 3, !exponent.isEmpty, exponent.allSatisfy(isDigit) else { return false }
    guard let first = mantissa.first, isDigit(first) else { return false }
    return mantissa.count == 1
      || (mantissa.dropFirst().first == UInt8(ascii: ".")
        && mantissa.dropFirst(2).allSatisfy(isDigit))
  }
}
