internal import HTTPTypes

/// Which web pages of other origins may call (CORS). Nobody may, unless the operator names them;
/// credentials travel in `Authorization` only, so no cookie is ever allowed.
public struct CrossOrigin: Hashable, Sendable {
  private let origins: Set<String>

  /// - Parameter origins: for example `https://portal.example.gov.cn`, without a path.
  /// - Throws: ``WrongOrigin``.
  public init(origins: [String] = []) throws(WrongOrigin) {
    for origin in origins where !Self.isOrigin(origin) { throw WrongOrigin(text: origin) }
    self.origins = Set(origins)
  }

  private init() { origins = [] }

  /// No page of another origin.
  public static let nobody = CrossOrigin()

  /// A text that is no origin.
  public struct WrongOrigin: Error, Hashable, Sendable {
    public let text: String
  }

  private static func isOrigin(_ text: String) -> Bool {
    guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else {
      return false
    }
    let host = text.dropFirst(scheme.count).utf8
    return !host.isEmpty
      && host.allSatisfy { byte in
        (48..<58).contains(byte) || (97..<123).contains(byte)
          || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":")].contains(byte)
      }
  }

  /// The headers that tell a browser what the page may do.
  ///
  /// - Parameter methods: what the path takes, for the answer to a browser's question beforehand.
  func headers(for request: HTTPFields, methods: String?) -> HTTPFields {
    guard !origins.isEmpty else { return [:] }
    var headers: HTTPFields = [.vary: "Origin"]
    guard let origin = request[.origin], origins.contains(origin) else { return headers }
    headers[.accessControlAllowOrigin] = origin
    headers[.accessControlExposeHeaders] =
      "Allow, ETag, Idempotency-Replayed, Location, Preference-Applied, Retry-After, X-Request-Id"
    if let methods, request[.accessControlRequestMethod] != nil {
      headers[.accessControlAllowMethods] = methods
      headers[.accessControlAllowHeaders] =
        "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
        + "Last-Event-ID, Prefer, X-Request-Id"
      headers[.accessControlMaxAge] = "600"
    }
    return headers
  }
}
