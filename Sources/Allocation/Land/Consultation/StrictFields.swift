import Foundation

/// The fields of one JSON object, read so that a misspelt one is not passed over.
struct StrictFields {
  private let container: KeyedDecodingContainer<Key>
  private var known: Set<String> = []

  init(_ decoder: any Decoder) throws {
    container = try decoder.container(keyedBy: Key.self)
  }

  /// A field that must be there.
  mutating func required<T: Decodable>(_ name: String, _ type: T.Type = T.self) throws -> T {
    known.insert(name)
    return try container.decode(type, forKey: Key(name))
  }

  /// A field that may be missing or `null`.
  mutating func optional<T: Decodable>(_ name: String, _ type: T.Type = T.self) throws -> T? {
    known.insert(name)
    return try container.decodeIfPresent(type, forKey: Key(name))
  }

  /// An error about one field, with what would help.
  func fault(_ name: String, _ text: String) -> DecodingError {
    DecodingError.dataCorrupted(
      .init(codingPath: container.codingPath + [Key(name)], debugDescription: text))
  }

  /// Refuses what nobody has asked for.
  func refuseOthers() throws {
    for key in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue })
    where !known.contains(key.stringValue) {
      throw fault(
        key.stringValue, "unknown field; known are \(known.sorted().joined(separator: ", "))")
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }
}

/// What is wrong with a JSON file, and where: a pointer (RFC 6901) and a cause.
public struct JSONFault: Error, Hashable, Sendable, CustomStringConvertible {
  public let pointer: String
  public let what: String

  public var description: String { "\(pointer.isEmpty ? "/" : pointer): \(what)" }

  init(_ error: DecodingError) {
    func pointer(_ path: [any CodingKey]) -> String {
      path.map { key in
        key.intValue.map { "/\($0)" }
          ?? "/" + key.stringValue.replacing("~", with: "~0").replacing("/", with: "~1")
      }.joined()
    }
    switch error {
    case .keyNotFound(let key, let context):
      self.pointer = pointer(context.codingPath + [key])
      what = "this field is missing"
    case .typeMismatch(let type, let context):
      self.pointer = pointer(context.codingPath)
      what = "not a \(Self.word(type)); exact numbers with decimals stand in quotes"
    case .valueNotFound(_, let context):
      self.pointer = pointer(context.codingPath)
      what = "a value is missing"
    case .dataCorrupted(let context):
      self.pointer = pointer(context.codingPath)
      what = context.debugDescription
    @unknown default:
      self.pointer = ""
      what = "\(error)"
    }
  }

  private static func word(_ type: any Any.Type) -> String {
    if type == String.self { return "text" }
    if type is any BinaryInteger.Type { return "whole number" }
    return type is any ExpressibleByArrayLiteral.Type ? "list" : "object of fields"
  }
}
