/// The file of a what-if: a list of changes, and what they are about.
public struct WhatIfFile: Sendable {
  /// The prefecture; `nil` where there is but one.
  public let jurisdiction: String?
  public let changes: [LandChange]

  /// Reads the file's text.
  ///
  /// - Throws: ``FieldFault`` that names the element, its value and the remedy.
  public init(text: String) throws {
    let reader = try ObjectReader(JSONValue(text: text, example: "what-if"), at: "file")
    try reader.allowOnly(["mechanism", "jurisdiction", "changes"], of: "a what-if")
    if let mechanism = try reader.optional("mechanism", .word(MechanismName.self)),
      mechanism != .land
    {
      throw FieldFault(
        "file.mechanism", mechanism.rawValue, "has no what-if yet", remedy: "“land” has")
    }
    jurisdiction = try reader.optional("jurisdiction", .text)
    let elements = try reader.required("changes", .values)
    changes = try elements.enumerated().map { try LandChange($1, at: "changes[\($0)]") }
  }
}
