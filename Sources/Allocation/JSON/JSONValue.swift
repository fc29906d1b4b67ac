import Foundation
import Postgres

/// A value of a JSON file, with numbers as they were written: none goes through binary floating
/// point.
enum JSONValue: Hashable, Sendable {
  case object([String: JSONValue])
  case array([JSONValue])
  case text(String)
  case number(Numeric)
  case truth(Bool)
  case null
}

extension JSONValue: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let truth = try? container.decode(Bool.self) {
      self = .truth(truth)
    } else if let number = try? container.decode(Decimal.self),
      let exact = Numeric(text: "\(number)")
    {
      self = .number(exact)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let array = try? container.decode([JSONValue].self) {
      self = .array(array)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// Reads a file's text.
  ///
  /// - Parameter example: the command whose help shows a right file, for the remedy.
  /// - Throws: ``FieldFault`` that says where the text stops being JSON.
  init(text: String, example: String) throws {
    do {
      self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    } catch {
      throw FieldFault(
        "file", nil,
        Wording("不是 JSON\(Self.detail(of: error))", "is not JSON\(Self.detail(of: error))"),
        remedy: Wording(
          "示例见 `yaosu \(example) --help`", "`yaosu \(example) --help` shows an example"))
    }
  }

  private static func detail(of error: any Error) -> String {
    guard case DecodingError.dataCorrupted(let context) = error else { return "" }
    let detail = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"]
    return " (\(detail ?? context.debugDescription))"
  }

  /// The value as it would be written, for messages.
  var shown: String {
    switch self {
    case .text(let text): text
    case .number(let number): "\(number)"
    case .truth(let truth): "\(truth)"
    case .null: "null"
    case .array(let values): "[" + values.map(\.shown).joined(separator: ", ") + "]"
    case .object: "{…}"
    }
  }

  /// A number, written as one or in quotes.
  var number: Numeric? {
    switch self {
    case .number(let number): number
    case .text(let text): Numeric(text: text)
    default: nil
    }
  }
}
