internal import Allocation

extension Language {
  /// The one of ours that `Accept-Language` prefers (RFC 9110, 12.5.4): by its weights, then as they
  /// stand. Chinese where it names neither.
  static func preferred(_ header: String?) -> Language {
    var weights: [Language: Double] = [:]
    var order: [Language] = []
    var others = 0.0
    for item in (header ?? "").lowercased().split(separator: ",") {
      let parts = item.split(separator: ";").map { $0.filter { $0 != " " } }
      guard let range = parts.first else { continue }
      let weight =
        parts.dropFirst().first { $0.hasPrefix("q=") }
        .map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      switch range.split(separator: "-").first {
      case "*": others = max(others, weight)
      case "zh": note(.chinese)
      case "en": note(.english)
      default: continue
      }
      func note(_ language: Language) {
        weights[language] = max(weights[language] ?? 0, weight)
        order.append(language)
      }
    }
    let (chinese, english) = (weights[.chinese] ?? others, weights[.english] ?? others)
    if chinese == english { return chinese > 0 ? order.first ?? .chinese : .chinese }
    return english > chinese ? .english : .chinese
  }
}

/// Tags of `If-None-Match`, which a proxy that packs answers may have weakened on their way.
enum EntityTags {
  /// Whether a header names this version, compared weakly (RFC 9110, 13.1.2).
  static func names(_ version: String, _ header: String?) -> Bool {
    guard let header else { return false }
    return header.split(separator: ",").contains { item in
      let tag = item.drop { $0 == " " || $0 == "\t" }
      let plain = (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag).filter { $0 != " " && $0 != "\t" }
      return plain == "*" || plain == "\"\(version)\""
    }
  }
}
