/// The file of a what-if: a list of changes, and what they are about.
public struct WhatIfFile: Sendable {
  /// The prefecture; `nil` where there is but one.
  public let jurisdiction: String?
  public let changes: [LandChange]

  /// Reads the file's text.
  ///
  /// - Throws: ``WhatIfError`` that names the element, its value and the remedy.
  public init(text: String) throws {
    let reader = try ElementReader(JSONValue(text: text), at: "file")
    try reader.allowOnly(["mechanism", "jurisdiction", "changes"], of: "a what-if")
    if let mechanism = try reader.optional("mechanism", .word(MechanismName.self)),
      mechanism != .land
    {
      throw WhatIfError(
        "file.mechanism", mechanism.rawValue, "has no what-if yet", remedy: "“land” has")
    }
    jurisdiction = try reader.optional("jurisdiction", .text)
    let elements = try reader.required(
      "changes",
      ElementReader.Kind<[JSONValue]>(expected: "a list of changes, [{…}, …]") {
        guard case .array(let values) = $0 else { return nil }
        return values
      })
    changes = try elements.enumerated().map { try LandChange($1, at: "changes[\($0)]") }
  }
}
