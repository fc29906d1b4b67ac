internal import Foundation

extension Answer {
  /// A report of the office, with names as the API has them: `round_id` for `roundID`.
  init(report: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.init(200, json: String(decoding: try encoder.encode(report), as: UTF8.self))
  }
}
