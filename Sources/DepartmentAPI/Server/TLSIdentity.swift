internal import Foundation
internal import NIOSSL

/// The certificate with which the service shows who it is, and the key that goes with it: TLS 1.2 or
/// later is spoken then, and nothing in the clear.
public struct TLSIdentity: Sendable {
  let configuration: TLSConfiguration

  /// Reads both files and tries them out, so that a mistake is seen at the start and not by the first
  /// caller.
  ///
  /// - Parameters:
  ///   - certificate: a PEM file: the service's certificate, then those up to the root.
  ///   - key: a PEM file: its private key, without a passphrase.
  /// - Throws: ``Fault``.
  public init(certificate: String, key: String) throws(Fault) {
    let chain = try Self.chain(certificate)
    let secret = try Self.key(key)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(secret))
    configuration.minimumTLSVersion = .tlsv12
    do {
      _ = try NIOSSLContext(configuration: configuration)
    } catch {
      throw Fault(what: .mismatch, file: key)
    }
    self.configuration = configuration
  }

  /// Why the two files are no identity.
  public struct Fault: Error, Hashable, Sendable {
    public enum What: Hashable, Sendable {
      case unreadable(String)
      case noCertificate
      /// No private key in PEM, or one under a passphrase.
      case noKey
      case mismatch
    }

    public let what: What
    public let file: String
  }

  private static func chain(_ file: String) throws(Fault) -> [NIOSSLCertificate] {
    let bytes = try read(file)
    guard !bytes.isEmpty, let chain = try? NIOSSLCertificate.fromPEMBytes(bytes), !chain.isEmpty
    else { throw Fault(what: .noCertificate, file: file) }
    return chain
  }

  private static func key(_ file: String) throws(Fault) -> NIOSSLPrivateKey {
    let bytes = try read(file)
    // Whoever starts a service has no terminal to be asked for a passphrase.
    let nobody: NIOSSLPassphraseCallback<[UInt8]> = { $0([]) }
    guard !bytes.isEmpty,
      let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem, passphraseCallback: nobody)
    else { throw Fault(what: .noKey, file: file) }
    return key
  }

  private static func read(_ file: String) throws(Fault) -> [UInt8] {
    do {
      return Array(try Data(contentsOf: URL(filePath: file)))
    } catch {
      throw Fault(what: .unreadable(error.localizedDescription), file: file)
    }
  }
}

extension TLSIdentity.Fault: CustomStringConvertible {
  public var description: String {
    switch what {
    case .unreadable(let why): "\(file) cannot be read: \(why)"
    case .noCertificate:
      "\(file) holds no certificate: it has to be PEM, -----BEGIN CERTIFICATE-----, the service's own first"
    case .noKey:
      "\(file) holds no private key that can be used: it has to be PEM, without a passphrase"
    case .mismatch:
      "the private key in \(file) is not that of the certificate: the first certificate of its file "
        + "has to be the service's own"
    }
  }
}
