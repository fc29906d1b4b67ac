import Allocation
import ArgumentParser
import Foundation

/// Who asks for an override, and who approves it.
struct TwoPersonsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file with the token of whoever asks for the override: a clerk or an owner, issued with "
        + "--person.", valueName: "file"))
  var askedBy: String?

  @Option(
    help: ArgumentHelp(
      "A file with the token of whoever approves it: an approver, another person. Without it the "
        + "override waits for one, who approves it over HTTP.", valueName: "file"))
  var approvedBy: String?

  func validate() throws {
    if approvedBy != nil, askedBy == nil {
      throw ValidationError("--approved-by needs --asked-by: who asks for it?")
    }
  }

  /// - Returns: `nil` where nobody is named.
  /// - Throws: ``FileFault``.
  func persons() throws -> TwoPersons? {
    guard let askedBy else { return nil }
    return TwoPersons(
      asking: try TokenSecret(file: askedBy), approving: try approvedBy.map(TokenSecret.init(file:))
    )
  }
}

extension TokenSecret {
  /// Reads the token that a file holds.
  ///
  /// - Throws: ``FileFault``.
  init(file: String) throws(FileFault) {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw FileFault(file: file, what: "cannot be read")
    }
    let text = String(decoding: data, as: UTF8.self).filter { !$0.isWhitespace }
    guard let secret = TokenSecret(shown: text) else {
      throw FileFault(
        file: file, what: "holds no token: it has to be what `yaosu token create` has printed")
    }
    self = secret
  }
}

/// An override that nobody has put their name to.
struct NobodyAsks: Error, CustomStringConvertible {
  static let code = "two_persons"

  var description: String {
    "an override takes two persons: name them by --asked-by and --approved-by, each a file with a "
      + "token issued with --person, or ask for it over HTTP (POST /v1/overrides)"
  }
}
