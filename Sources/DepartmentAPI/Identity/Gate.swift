internal import Allocation
internal import HTTPTypes

/// Tells who calls by the `Authorization` header: by a token of ours, which the database will prove, or
/// by one of the identity provider, which is verified here.
struct Gate: Sendable {
  /// `nil` where none is configured.
  let provider: IdentityProvider?

  /// - Throws: ``Problem`` `unauthenticated`; `unavailable` while the provider's keys cannot be read.
  func credential(_ headers: HTTPFields) async throws(Problem) -> Credential {
    let refused = Problem.noCaller
    guard let header = headers[.authorization] else { throw refused }
    guard let space = header.utf8.firstIndex(of: UInt8(ascii: " ")),
      header[..<space] == "Bearer" || header[..<space].lowercased() == "bearer"
    else { throw refused }
    let shown = header[space...].dropFirst()
    if let secret = TokenSecret(shown: String(shown)) { return .token(secret) }
    guard IdentityToken.looksLikeOne(shown) else { throw refused }
    do {
      guard let provider else { throw IdentityRefusal.notConfigured }
      return .person(try await provider.person(shown))
    } catch let refusal as IdentityRefusal {
      throw .of(refusal)
    } catch {
      throw Problem(.unavailable).with("Retry-After", "30")
    }
  }
}
