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
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw refused }
    if let secret = TokenSecret(shown: String(parts[1])) { return .token(secret) }
    guard IdentityToken.looksLikeOne(parts[1]) else { throw refused }
    do {
      guard let provider else { throw IdentityRefusal.notConfigured }
      return .person(try await provider.person(parts[1]))
    } catch let refusal as IdentityRefusal {
      throw .of(refusal)
    } catch {
      throw Problem(.unavailable).with("Retry-After", "30")
    }
  }
}
