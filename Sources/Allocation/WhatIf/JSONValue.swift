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
  /// - Throws: ``WhatIfError`` that says where the text stops being JSON.
  init(text: String) throws {
    do {
      self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    } catch let DecodingError.dataCorrupted(context) {
      let detail = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"]
      throw WhatIfError(
        "file", nil, "is not JSON (\(detail ?? context.debugDescription))",
        remedy: "`yaosu what-if --help` shows an example")
    }
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
}
