internal import Allocation
internal import Foundation

/// The parts of a `multipart/form-data` body (RFC 7578).
struct MultipartForm: Sendable {
  struct Part: Hashable, Sendable {
    let name: String
    /// As the sender names the file, without folders; `nil` for a plain field.
    let file: String?
    let content: [UInt8]
  }

  let parts: [Part]

  private static let mostParts = 64
  private static let mostHeaderBytes = 4 << 10

  /// - Parameter contentType: the request's `Content-Type`.
  /// - Throws: ``Problem`` `unsupported_media_type`, `malformed_form`.
  /// - Complexity: O(bytes).
  init(_ body: [UInt8], contentType: String?) throws(Problem) {
    let boundary = try Self.boundary(contentType)
    // The first delimiter may stand at the very beginning: give it the line break of the others.
    let data = Data([13, 10]) + body
    let delimiter = Data("\r\n--\(boundary)".utf8)
    guard var mark = data.range(of: delimiter) else { throw Self.flaw("无分隔行", "no boundary") }
    var parts: [Part] = []
    while true {
      let rest = data[mark.upperBound...]
      if rest.starts(with: "--".utf8) { break }
      guard parts.count < Self.mostParts else { throw Self.flaw("部分过多", "too many parts") }
      guard rest.starts(with: "\r\n".utf8),
        let next = data.range(of: delimiter, in: mark.upperBound..<data.endIndex)
      else { throw Self.flaw("未以分隔行结束", "it does not end with the boundary") }
      parts.append(try Self.part(data[(mark.upperBound + 2)..<next.lowerBound]))
      mark = next
    }
    self.parts = parts
  }

  private static func flaw(_ chinese: String, _ english: String) -> Problem {
    Problem(.malformedForm, chinese, english)
  }

  private static func boundary(_ contentType: String?) throws(Problem) -> String {
    let items = (contentType ?? "").split(separator: ";").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard items.first?.lowercased() == "multipart/form-data" else {
      throw Problem(.unsupportedMediaType)
    }
    guard let stated = items.dropFirst().first(where: { $0.lowercased().hasPrefix("boundary=") })
    else { throw flaw("缺少 boundary", "the boundary is missing") }
    let boundary = stated.dropFirst(9).trimmingCharacters(in: ["\""])
    guard (1...70).contains(boundary.utf8.count) else {
      throw flaw("boundary 须为 1 至 70 个字符", "a boundary has 1 to 70 characters")
    }
    return boundary
  }

  private static func part(_ bytes: Data) throws(Problem) -> Part {
    // A part without headers begins with the empty line.
    guard let end = bytes.range(of: Data("\r\n\r\n".utf8)),
      end.lowerBound - bytes.startIndex <= mostHeaderBytes,
      let headers = String(validating: bytes[..<end.lowerBound], as: UTF8.self)
    else { throw flaw("部分的头部不成形", "a part's headers cannot be read") }
    let lines = headers.split(separator: "\r\n")
    let disposition = lines.first { $0.lowercased().hasPrefix("content-disposition:") }
    let parameters = disposition.map { Self.parameters(of: $0) } ?? [:]
    guard let name = parameters["name"] else { throw flaw("部分没有名称", "a part has no name") }
    return Part(
      name: name, file: fileName(parameters), content: Array(bytes[end.upperBound...]))
  }
}

// MARK: - a part's name and file

extension MultipartForm {
  /// Without folders. Who writes the name in UTF-8 means that one, whatever stands beside it (RFC 6266).
  private static func fileName(_ parameters: [String: String]) -> String? {
    let extended = parameters["filename*"].flatMap { text -> String? in
      let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
      return String(parts[2]).removingPercentEncoding
    }
    return (extended ?? parameters["filename"]).map {
      String($0.split { $0 == "/" || $0 == "\\" }.last ?? "")
    }
  }

  /// `name="value"` or, as .NET writes it, `name=value`; of one name the first counts.
  ///
  /// - Returns: what stands before the first quote that is never closed.
  private static func parameters(of line: Substring) -> [String: String] {
    var found: [String: String] = [:]
    var rest = line.drop { $0 != ";" }
    while rest.first == ";" {
      rest = rest.dropFirst()
      let name = rest.prefix { $0 != "=" && $0 != ";" }
      rest = rest.dropFirst(name.count)
      guard rest.first == "=" else { continue }
      rest = rest.dropFirst().drop(while: \.isWhitespace)
      guard let value = value(&rest) else { break }
      let key = name.trimmingCharacters(in: .whitespaces).lowercased()
      found[key] = found[key] ?? value
      rest = rest.drop { $0 != ";" }
    }
    return found
  }

  /// Takes a value from the beginning of the text. Browsers write a quote in a value as `%22`.
  private static func value(_ rest: inout Substring) -> String? {
    guard rest.first == "\"" else {
      let token = rest.prefix { $0 != ";" }
      rest = rest.dropFirst(token.count)
      return token.trimmingCharacters(in: .whitespaces)
    }
    var value = ""
    var isEscaped = false
    for index in rest.indices.dropFirst() {
      let character = rest[index]
      if character == "\"", !isEscaped {
        rest = rest[index...].dropFirst()
        return value.replacing("%22", with: "\"")
      }
      if character == "\"" { value.removeLast() }
      value.append(character)
      // Only a quote is escaped: paths of Windows hold backslashes that mean themselves.
      isEscaped = character == "\\"
    }
    return nil
  }
}
