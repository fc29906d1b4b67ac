import ArgumentParser
import DepartmentAPI
import Foundation

/// Certificate and key of a service that speaks TLS itself, without a proxy in front of it.
struct TLSOptions: ParsableArguments {
  @Option(
    name: .customLong("tls-cert"),
    help: ArgumentHelp(
      "The service's certificate and those up to the root, PEM (default: YAOSU_TLS_CERT; without "
        + "it plain HTTP is spoken).", valueName: "file"))
  var certificate: String?

  @Option(
    name: .customLong("tls-key"),
    help: ArgumentHelp(
      "The certificate's private key, PEM, without a passphrase (default: YAOSU_TLS_KEY).",
      valueName: "file"))
  var key: String?

  /// - Returns: `nil` where none is named.
  /// - Throws: `ValidationError` for half of it; ``TLSIdentity/Fault``.
  func identity() throws -> TLSIdentity? {
    let environment = ProcessInfo.processInfo.environment
    let stated = [
      certificate ?? environment["YAOSU_TLS_CERT"], key ?? environment["YAOSU_TLS_KEY"],
    ].map { $0 == "" ? nil : $0 }
    if stated.allSatisfy({ $0 == nil }) { return nil }
    guard let certificate = stated[0], let key = stated[1] else {
      throw ValidationError("--tls-cert and --tls-key belong together: give both.")
    }
    return try TLSIdentity(certificate: certificate, key: key)
  }
}
