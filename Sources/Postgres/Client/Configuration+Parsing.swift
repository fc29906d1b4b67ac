internal import CLibPQ

extension Configuration {
  /// Lets libpq take an address apart, so that all its notations work.
  ///
  /// - Throws: ``PostgresError`` with libpq's reason; the address, which may hold a password, is
  ///   not repeated.
  static func parse(address: String) throws -> [String: String] {
    var reason: UnsafeMutablePointer<CChar>?
    guard address.hasPrefix("postgres://") || address.hasPrefix("postgresql://"),
      let options = PQconninfoParse(address, &reason)
    else {
      if let reason { PQfreemem(reason) }
      throw PostgresError(.misuse, "DATABASE_URL is no address of the form postgres://…")
    }
    defer { PQconninfoFree(options) }
    var result: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        result[String(cString: keyword)] = String(cString: value)
      }
      option += 1
    }
    return result
  }

  /// Everything libpq is told, with the session's set-up as command-line options of the server:
  /// that costs no round trip and survives `RESET ALL`.
  func connectionParameters() -> [String: String] {
    var result = parameters
    var options = parameters["options"].map { [$0] } ?? []
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) where name != "application_name" {
      options.append("-c \(Self.escaped(option: name))=\(Self.escaped(option: value))")
    }
    if let role { options.append("-c role=\(Self.escaped(option: role))") }
    if !options.isEmpty { result["options"] = options.joined(separator: " ") }
    result["application_name"] = settings["application_name"] ?? parameters["application_name"]
    result["fallback_application_name"] = "yaosu"
    result["client_encoding"] = "UTF8"
    return result
  }

  /// Server options are split at spaces; a backslash keeps one together.
  private static func escaped(option: String) -> String {
    option.reduce(into: "") { text, character in
      if character == "\\" || character.isWhitespace { text.append("\\") }
      text.append(character)
    }
  }
}
