import Foundation
import Postgres

extension RoundProblem.Option {
  /// The detail as JSON with sorted keys.
  var detailJSON: JSONText {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(detail) else { return JSONText("{}") }
    return JSONText(String(decoding: data, as: UTF8.self))
  }
}
