public import Postgres

/// One version of the policy: every weight, limit and clock, by name. Data, never code.
public struct Policy: Sendable {
  public enum Value: Hashable, Sendable {
    case number(Numeric)
    case word(String)
  }

  public let version: Int
  private let values: [String: Value]

  public init(version: Int, values: [String: Value]) {
    self.version = version
    self.values = values
  }

  /// A number, as an exact fraction.
  ///
  /// - Throws: ``PolicyError`` if the version has no such number.
  public func fraction(_ name: String) throws -> Fraction {
    guard case .number(let number)? = values[name] else {
      throw PolicyError.missing(name: name, version: version, expected: "a number")
    }
    return try Fraction(number)
  }

  /// A number that must be whole and not negative: days, minutes, limits.
  ///
  /// - Throws: ``PolicyError``.
  public func count(_ name: String) throws -> Int {
    let fraction = try fraction(name)
    guard fraction.denominator == 1, let whole = Int(exactly: fraction.numerator), whole >= 0 else {
      throw PolicyError.missing(name: name, version: version, expected: "a whole number, 0 or more")
    }
    return whole
  }

  /// A word.
  ///
  /// - Throws: ``PolicyError`` if the version has no such word.
  public func word(_ name: String) throws -> String {
    guard case .word(let word)? = values[name] else {
      throw PolicyError.missing(name: name, version: version, expected: "a word")
    }
    return word
  }

  /// The names of a mechanism's numbers, in order.
  func numbers(of mechanism: MechanismName) -> [String] {
    values.filter { name, value in
      guard case .number = value else { return false }
      return name.hasPrefix(mechanism.rawValue + ".")
    }.keys.sorted(byText: { $0 })
  }

  /// The version with another value of one number, for a what-if: it is stored nowhere.
  func changing(_ name: String, to number: Numeric) -> Policy {
    Policy(version: version, values: values.merging([name: .number(number)]) { $1 })
  }

  /// Appends what a mechanism's rounds depend on: its own parameters, in order of name.
  func append(to text: inout CanonicalText, mechanism: MechanismName) {
    let prefix = mechanism.rawValue + "."
    for name in values.keys.filter({ $0.hasPrefix(prefix) }).sorted(byText: { $0 }) {
      switch values[name] {
      case .number(let number): text.append("policy", [name, "\(number.reduced)"])
      case .word(let word): text.append("policy", [name, word])
      case nil: continue
      }
    }
  }
}

/// What is wrong with a policy version.
public enum PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
  case missing(name: String, version: Int, expected: String)
  /// No version is in force on the date.
  case noneInForce(on: DateOnly)
  /// A parameter names a rule that this version of the program does not know.
  case unknownWord(name: String, value: String, known: [String])

  public var description: String {
    switch self {
    case .missing(let name, let version, let expected):
      "policy version \(version): parameter \(name) must be \(expected)"
    case .noneInForce(let date):
      "no policy version is in force on \(date): see policy.versions"
    case .unknownWord(let name, let value, let known):
      "policy parameter \(name) is “\(value)”; known are \(known.joined(separator: ", "))"
    }
  }
}
