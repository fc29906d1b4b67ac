/// One fault of an import: where it is, what it is, what to do.
public struct ImportFault: Error, Hashable, Sendable {
  /// The file as it was named; empty for a fault of the import as a whole.
  public let file: String
  /// From 1; 0 where the fault is the file's.
  public let line: Int
  /// English name and Chinese header, for example `area_mu（需求面积）`.
  public let column: String?
  /// The cell as it was found, shortened and without control characters.
  public let value: String?
  let reason: FaultReason

  init(
    file: String = "", line: Int = 0, column: String? = nil, value: String? = nil,
    _ reason: FaultReason
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.value = value.map(Self.shown)
    self.reason = reason
  }

  /// A stable name for the kind of fault, for example `uscc_check_digit`.
  public var code: String { reason.code }

  /// What is wrong.
  public func message(_ language: Language = .chinese) -> String {
    language == .chinese ? reason.chinese.message : reason.english.message
  }

  /// What to do about it.
  public func remedy(_ language: Language = .chinese) -> String {
    language == .chinese ? reason.chinese.remedy : reason.english.remedy
  }

  /// One line for a terminal: place, value, message, remedy, code.
  public func text(_ language: Language = .chinese) -> String {
    var place = file
    if line > 0 { place += ":\(line)" }
    if !place.isEmpty { place += ": " }
    if let column { place += "\(column) " }
    if let value { place += "“\(value)” " }
    let isChinese = language == .chinese
    let remedy = remedy(language)
    let advice = remedy.isEmpty ? "" : isChinese ? "；\(remedy)" : "; \(remedy)"
    return "\(place)\(message(language))\(advice) [\(code)]"
  }

  private static func shown(_ value: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in value.unicodeScalars.prefix(60) {
      let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
      // Marks that reverse the direction of writing would let a cell dress up the message.
      let isDirection =
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
      scalars.append(isControl || isDirection ? "·" : scalar)
    }
    return String(scalars) + (value.unicodeScalars.count > 60 ? "…" : "")
  }
}
