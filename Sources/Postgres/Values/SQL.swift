/// SQL text and its values, kept apart from the moment they are written.
///
/// ```swift
/// let fragment: SQL = "AND county = \(county)"
/// let query: SQL = "SELECT * FROM \(identifier: "registry.parcels") WHERE area > \(area) \(fragment)"
/// ```
///
/// An interpolated value becomes a parameter `$n` and can never be read as SQL. Identifiers go
/// through a labelled door, fragments nest, and raw text has to say so: ``init(unsafeText:)``.
///
/// A `String` is sent without a declared type: the server infers it from where it stands, so it
/// fits `uuid`, `jsonb` or an enumeration. Where nothing tells the type (`jsonb_build_object`,
/// `unnest`), write the cast: `\(name)::text`. An `Int` is declared `bigint`; where a function
/// wants an `integer`, pass an `Int32`.
public struct SQL: Sendable {
  enum Part: Sendable {
    case text(String)
    case value(any SQLEncodable)

    /// Bytes it takes up at most, once rendered.
    var roomInText: Int {
      switch self {
      case .text(let piece): piece.utf8.count
      case .value: 6
      }
    }
  }

  var parts: [Part]

  /// SQL taken as it is. Anything from outside put here is an injection.
  public init(unsafeText text: String) {
    parts = text.isEmpty ? [] : [.text(text)]
  }

  init(parts: [Part]) {
    self.parts = parts
  }

  /// Text only, no parameter.
  public var hasParameters: Bool {
    parts.contains { if case .value = $0 { true } else { false } }
  }

  /// The same with neighbouring text joined: for a fragment that stands in many statements.
  public var joined: SQL {
    var whole = SQL(parts: [])
    for part in parts {
      if case .text(let more) = part, case .text(let text)? = whole.parts.last {
        whole.parts[whole.parts.count - 1] = .text(text + more)
      } else {
        whole.parts.append(part)
      }
    }
    return whole
  }

  public static func + (left: SQL, right: SQL) -> SQL {
    SQL(parts: left.parts + right.parts)
  }

  public static func += (left: inout SQL, right: SQL) {
    left.parts += right.parts
  }
}

extension SQL: ExpressibleByStringInterpolation {
  public init(stringLiteral value: String) {
    self.init(unsafeText: value)
  }

  public init(stringInterpolation: StringInterpolation) {
    parts = stringInterpolation.parts
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    var parts: [Part] = []

    public init(literalCapacity: Int, interpolationCount: Int) {
      parts.reserveCapacity(2 * interpolationCount + 1)
    }

    public mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { parts.append(.text(literal)) }
    }

    /// A value: sent apart from the text, as parameter `$n`.
    public mutating func appendInterpolation(_ value: some SQLEncodable) {
      parts.append(.value(value))
    }

    /// A value that may be missing: `NULL` then.
    public mutating func appendInterpolation<V: SQLEncodable>(_ value: V?) {
      parts.append(.value(value))
    }

    /// A fragment, with its own values.
    public mutating func appendInterpolation(_ fragment: SQL) {
      parts += fragment.parts
    }

    /// A name, quoted. A dotted name is quoted part by part: `registry.parcels` becomes
    /// `"registry"."parcels"`. Names that contain a dot themselves use the array form.
    public mutating func appendInterpolation(identifier: String) {
      let names = identifier.split(separator: ".", omittingEmptySubsequences: false)
      appendInterpolation(identifier: names.map(String.init))
    }

    /// A qualified name, each part quoted as it is.
    public mutating func appendInterpolation(identifier names: [String]) {
      parts.append(.text(names.map(SQL.quoted(identifier:)).joined(separator: ".")))
    }

    /// A comma-separated list of quoted names.
    public mutating func appendInterpolation(identifiers names: [String]) {
      parts.append(.text(names.map(SQL.quoted(identifier:)).joined(separator: ", ")))
    }
  }
}

extension SQL {
  /// The name in double quotes. U+0000, which no name can hold, is dropped.
  static func quoted(identifier: String) -> String {
    var result = "\""
    for scalar in identifier.unicodeScalars where scalar.value != 0 {
      if scalar == "\"" { result.unicodeScalars.append("\"") }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }

  /// The text as a string literal, for the few statements that take no parameters (`SET`, `NOTIFY`).
  static func quoted(literal: String) -> String {
    var result = literal.contains("\\") ? " E'" : "'"
    for scalar in literal.unicodeScalars where scalar.value != 0 {
      if scalar == "'" || scalar == "\\" { result.unicodeScalars.append(scalar) }
      result.unicodeScalars.append(scalar)
    }
    return result + "'"
  }
}

extension Sequence<SQL> {
  /// The fragments with `separator` between them: `conditions.joined(separator: " AND ")`.
  ///
  /// An empty sequence gives empty SQL.
  public func joined(separator: SQL = ", ") -> SQL {
    var result = SQL(parts: [])
    for (position, fragment) in enumerated() {
      if position > 0 { result += separator }
      result += fragment
    }
    return result
  }
}

extension SQL {
  /// Text with `$1`, `$2`, … and the values in that order.
  func rendered() -> (text: String, values: [any SQLEncodable]) {
    if parts.count == 1, case .text(let text)? = parts.first { return (text, []) }
    var text = ""
    var values: [any SQLEncodable] = []
    text.reserveCapacity(parts.reduce(0) { $0 + $1.roomInText })
    values.reserveCapacity(parts.count / 2 + 1)
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .value(let value):
        values.append(value)
        text += "$\(values.count)"
      }
    }
    return (text, values)
  }
}
