internal import Foundation

/// The file or address of a JWKS document.
enum KeyLocation: Hashable, Sendable {
  case file(String)
  case address(URL)

  /// - Returns: `nil` for an address without TLS: whoever answers in its place would decide who may
  ///   call.
  init?(_ text: String) {
    guard let colon = text.range(of: "://") else {
      self = .file(text)
      return
    }
    guard text[..<colon.lowerBound].lowercased() == "https", let url = URL(string: text),
      url.host()?.isEmpty == false
    else { return nil }
    self = .address(url)
  }

  /// Bytes of a document at most.
  static let most = 1 << 20
  /// How long a document may take to arrive.
  static let patience: Duration = .seconds(10)

  /// - Throws: an error of the file system; ``KeySource/Unavailable``.
  func read() async throws -> [UInt8] {
    switch self {
    case .file(let path):
      let bytes = Array(try Data(contentsOf: URL(filePath: path)))
      guard bytes.count <= Self.most else {
        throw KeySource.Unavailable(description: "\(path) has more than \(Self.most) bytes")
      }
      return bytes
    case .address(let url):
      return try await BoundedDownload.get(url, atMost: Self.most, within: Self.patience)
    }
  }
}
