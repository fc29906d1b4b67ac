@preconcurrency import Dispatch
import Glibc

/// What an interrupt does to a command that has started a private server.
public enum SignalPolicy: Sendable {
  /// Stop the server and end the process.
  case stopServer
  /// The command sees to it itself.
  case leaveAlone
}

/// Runs a last act on SIGINT and SIGTERM and then ends the process as the signal would have.
final class SignalWatch: Sendable {
  private let sources: [any DispatchSourceSignal]

  init(_ lastAct: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        lastAct()
        signal(number, SIG_DFL)
        kill(getpid(), number)
      }
      source.resume()
      return source
    }
  }

  func cancel() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}
