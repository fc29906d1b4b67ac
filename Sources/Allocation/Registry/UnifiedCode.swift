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
    guard bytes.count == 18 else {
      throw Self.isScientific(bytes) ? .scientificNotation : .length(text.count)
    }
    try Self.checkAlphabet(bytes)
    guard Self.bodyIsSound(bytes), Self.isSound(bytes) else {
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

  /// Powers of 3 modulo 31, and 1 for the check itself.
  private static let weights = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1,
  ]

  private static let bodyWeights = [3, 7, 9, 10, 5, 8, 4, 2]

  private static func checkAlphabet(_ bytes: [UInt8]) throws(Flaw) {
    for (index, byte) in bytes.enumerated() {
      let value = valueOfByte[Int(byte)]
      let mustBeDigit = (2..<8).contains(index)
      guard value >= 0, !mustBeDigit || value < 10 else {
        throw .character(Character(UnicodeScalar(byte)), position: index + 1)
      }
    }
  }

  /// Σ C_i · 3^(i−1) over all 18 characters, the check itself counting once, is 0 modulo 31. In
  /// this form the case "remainder 0" needs no rule of its own.
  private static func isSound(_ bytes: [UInt8]) -> Bool {
    var sum = 0
    for (byte, weight) in zip(bytes, weights) { sum += valueOfByte[Int(byte)] * weight }
    return sum % 31 == 0
  }

  /// Letters of a body code count from A = 10 without gaps, its check X counts 10.
  private static func bodyIsSound(_ bytes: [UInt8]) -> Bool {
    let last = bytes[16]
    guard last < 58 || last == UInt8(ascii: "X") else { return false }
    var sum = last < 58 ? Int(last) - 48 : 10
    for (byte, weight) in zip(bytes[8..<16], bodyWeights) {
      sum += (byte < 58 ? Int(byte) - 48 : Int(byte) - 55) * weight
    }
    return sum % 11 == 0
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
