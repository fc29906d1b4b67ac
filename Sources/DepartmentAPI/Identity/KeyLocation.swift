internal import Foundation

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// The file or address of a JWKS document.
enum KeyLocation: Hashable, Sendable {
  case file(String)
  case address(URL)

  /// - Returns: `nil` for an address without TLS on another machine: whoever answers in its place
  ///   would decide who may call.
  init?(_ text: String) {
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(),
      ["http", "https"].contains(scheme)
    else {
      self = .file(text)
      return
    }
    let isNear = ["127.0.0.1", "localhost", "::1", "[::1]"].contains(url.host()?.lowercased())
    guard scheme == "https" || isNear else { return nil }
    self = .address(url)
  }

  /// Bytes of a document at most.
  private static let most = 1 << 20

  /// - Throws: an error of the file system or of the network; ``KeySource/Unavailable``.
  func read() async throws -> [UInt8] {
    let data: Data
    switch self {
    case .file(let path): data = try Data(contentsOf: URL(filePath: path))
    case .address(let url):
      let request = URLRequest(
        url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: 5)
      let (body, response) = try await URLSession.shared.data(for: request)
      guard (response as? HTTPURLResponse)?.statusCode == 200 else {
        throw KeySource.Unavailable(description: "\(url) does not answer 200")
      }
      data = body
    }
    guard data.count <= Self.most else {
      throw KeySource.Unavailable(description: "the document has more than 1 MiB")
    }
    return Array(data)
  }
}
