import ArgumentParser
import Foundation
import Glibc

/// Who answers for what a command changes, as the audit events name them.
struct ActorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Who answers for the change (default: YAOSU_ACTOR, else the user of this machine).",
      valueName: "name"))
  var actor: String?

  func validate() throws {
    if let actor, actor.allSatisfy(\.isWhitespace) || actor.count > 100 {
      throw ValidationError("--actor takes a name of 1 to 100 characters.")
    }
  }

  /// The name, and the command by which they act: `王伟 (yaosu import)`.
  func name(by command: String) -> String {
    Self.name(actor, by: command, in: ProcessInfo.processInfo.environment)
  }

  private static func name(
    _ stated: String?, by command: String, in environment: [String: String]
  ) -> String {
    let named = [stated, environment["YAOSU_ACTOR"], environment["SUDO_USER"]]
    let who = named.compactMap { $0 }.first { !$0.allSatisfy(\.isWhitespace) } ?? systemUser
    return "\(who.trimmingCharacters(in: .whitespaces)) (yaosu \(command))"
  }

  /// By the process and not by its environment, which anyone may set.
  private static var systemUser: String {
    guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else {
      return "uid \(geteuid())"
    }
    return String(cString: name)
  }
}
