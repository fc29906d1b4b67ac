internal import Crypto
internal import Foundation

/// A token in the clear. Only its digest is stored; it is never logged.
public struct TokenSecret: Hashable, Sendable {
  /// What the bearer shows: `yaosu_` and 43 characters for 256 random bits, base64url.
  public let text: String
  /// SHA-256 of the text. No salt and no stretching: there is nothing to guess in 256 random bits.
  public let digest: [UInt8]

  static let prefix = "yaosu_"
  static let randomBytes = 32
  /// `yaosu_` and 32 bytes in base64url without padding.
  static let length = prefix.utf8.count + 43

  /// A new one.
  public init(using generator: inout some RandomNumberGenerator) {
    let bytes = (0..<Self.randomBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator)
    }
    let text = Data(bytes).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    self.init(wellFormed: Self.prefix + text)
  }

  /// One that a caller has shown.
  ///
  /// - Returns: `nil` where the text cannot be a token, so that nobody need ask the database.
  public init?(shown text: String) {
    guard text.utf8.count == Self.length, text.hasPrefix(Self.prefix),
      text.utf8.dropFirst(Self.prefix.utf8.count).allSatisfy(Self.isBase64URL)
    else { return nil }
    self.init(wellFormed: text)
  }

  private init(wellFormed text: String) {
    self.text = text
    var hash = SHA256()
    var copy = text
    copy.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    digest = hash.finalize().withUnsafeBytes { Array($0) }
  }

  /// By the digests: how long that takes says nothing of the texts.
  public static func == (left: Self, right: Self) -> Bool { left.digest == right.digest }

  public func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// The beginning, by which people tell their tokens apart: 30 of 256 bits.
  var hint: String { String(text.prefix(11)) }

  private static func isBase64URL(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension TokenSecret: CustomStringConvertible {
  /// Never the token itself.
  public var description: String { "\(hint)…" }
}
