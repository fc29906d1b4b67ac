import ArgumentParser
import DepartmentAPI
import Foundation

/// The city's identity provider, whose tokens (JWT) count beside our own.
struct IdentityOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The identity provider's public keys: a JWKS file, or its address by HTTPS (default: "
        + "YAOSU_JWKS; without it only our own tokens count).", valueName: "file|url"))
  var jwks: String?

  @Option(help: "The issuer (iss) that its tokens name (default: YAOSU_ISSUER).")
  var issuer: String?

  @Option(
    help: "The audience (aud) that its tokens name for this service (default: YAOSU_AUDIENCE).")
  var audience: String?

  /// - Returns: `nil` where none is configured.
  /// - Throws: `ValidationError` for half a configuration, or one that cannot work.
  func provider() async throws -> IdentityProvider? {
    let environment = ProcessInfo.processInfo.environment
    let stated = [
      jwks ?? environment["YAOSU_JWKS"], issuer ?? environment["YAOSU_ISSUER"],
      audience ?? environment["YAOSU_AUDIENCE"],
    ].map { $0 == "" ? nil : $0 }
    if stated.allSatisfy({ $0 == nil }) { return nil }
    guard let jwks = stated[0], let issuer = stated[1], let audience = stated[2] else {
      throw ValidationError("--jwks, --issuer and --audience belong together: give all three.")
    }
    guard let provider = IdentityProvider(issuer: issuer, audience: audience, keys: jwks) else {
      throw ValidationError(
        "--jwks \(jwks): keys from another machine are read by HTTPS only; whoever answered in its "
          + "place would decide who may call.")
    }
    do {
      try await provider.load()
    } catch {
      throw ValidationError("--jwks \(jwks): \(error)")
    }
    return provider
  }
}
