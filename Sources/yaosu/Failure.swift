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

  /// What kind of failure a caller has to deal with.
  private enum Kind: String, Encodable {
    case wrongInput = "wrong_input"
    case usage
    case tryAgain = "try_again"

    var status: Int32 {
      switch self {
      case .wrongInput: 1
      case .usage: 2
      case .tryAgain: 75
      }
    }
  }

  /// A failure as one JSON object.
  private struct Report: Encodable {
    struct Cause: Encodable {
      let kind: Kind
      let message: String
      let status: Int32
    }

    let error: Cause
  }

  /// Says what is wrong on stderr, and as one JSON object on stdout where that was asked for (or
  /// shows the help that was asked for on stdout).
  ///
  /// - Returns: the exit status.
  func report(asJSON: Bool) -> Int32 {
    // The command has said what is wrong, in the form that was asked for.
    if let status = error as? ExitCode { return status.rawValue }
    if Yaosu.exitCode(for: error) == .success {
      print(Yaosu.fullMessage(for: error))
      return 0
    }
    let isUsage = Yaosu.exitCode(for: error) == .validationFailure
    let kind: Kind = isUsage ? .usage : isPassing ? .tryAgain : .wrongInput
    say(isUsage ? Yaosu.fullMessage(for: error) : "yaosu: \(text)")
    if asJSON {
      let message = isUsage ? Yaosu.message(for: error) : text
      OutputOptions.showObject(
        Report(error: .init(kind: kind, message: message, status: kind.status)))
    }
    return kind.status
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
