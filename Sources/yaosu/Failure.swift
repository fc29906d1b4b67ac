import Allocation
import ArgumentParser
import Foundation
import Postgres

/// An error on its way out: what is said, and the exit status of contract §2.
struct Failure {
  private let error: any Error

  init(_ error: any Error) {
    self.error = error
  }

  /// 1 the input or the data is wrong; 2 usage; 75 try again.
  private enum Status {
    static let wrongInput: Int32 = 1
    static let usage: Int32 = 2
    static let tryAgain: Int32 = 75
  }

  /// Says what is wrong on stderr (or shows the help that was asked for on stdout).
  ///
  /// - Returns: the exit status.
  func report() -> Int32 {
    if let status = error as? ExitCode { return status.rawValue }
    if Yaosu.exitCode(for: error) == .success {
      print(Yaosu.fullMessage(for: error))
      return 0
    }
    if Yaosu.exitCode(for: error) == .validationFailure {
      say(Yaosu.fullMessage(for: error))
      return Status.usage
    }
    say("yaosu: \(text)")
    return isPassing ? Status.tryAgain : Status.wrongInput
  }

  /// Whether the same command may succeed later without any change.
  private var isPassing: Bool {
    switch error {
    case let error as PostgresError: error.isUnavailable || error.isTransient
    case RoundError.locked: true
    case let error as NightError: error.failures.allSatisfy { Failure($0.error).isPassing }
    default: false
    }
  }

  /// Whoever runs the command works on the database itself, so the server's own words may be shown.
  private var text: String {
    if let error = error as? NightError {
      return error.failures.map { failure in
        "\(failure.scope.mechanism.rawValue) \(failure.scope.jurisdiction): "
          + Failure(failure.error).text
      }.joined(separator: "\n")
    }
    guard let error = error as? PostgresError, error.kind == .server else { return "\(error)" }
    return [error.message, error.detail, error.hint.map { "hint: \($0)" }, "(\(error))"]
      .compactMap(\.self).joined(separator: "\n  ")
  }

  private func say(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
