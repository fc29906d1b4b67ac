@preconcurrency import Dispatch
import Glibc
import Synchronization

/// What an interrupt does to a command that has started a private server.
public enum SignalPolicy: Sendable {
  /// Stop the server and end the process.
  case stopServer
  /// The command sees to it itself.
  case leaveAlone
}

/// Runs a last act on SIGINT and SIGTERM and then ends the process as the signal would have.
///
/// A signal that comes before there is anything to do waits until ``arm(_:)``.
final class SignalWatch: Sendable {
  private struct State {
    var received: Int32?
    var lastAct: (@Sendable () -> Void)?
  }

  private let state: Mutex<State>
  private let sources: [any DispatchSourceSignal]

  init() {
    state = Mutex(State())
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global())
    }
    for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
      source.setEventHandler { [self] in received(number) }
      source.resume()
    }
  }

  /// Says what is to be done; at once if a signal is waiting.
  func arm(_ lastAct: @escaping @Sendable () -> Void) {
    let waiting = state.withLock { state in
      state.lastAct = lastAct
      return state.received
    }
    if let waiting { end(waiting, lastAct) }
  }

  /// Waits for the end of the process where a signal is bringing it about: what fails because the
  /// server stops is not the command's own failure.
  func waitIfEnding() async {
    guard state.withLock({ $0.received != nil }) else { return }
    await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
  }

  func cancel() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }

  private func received(_ number: Int32) {
    let lastAct = state.withLock { state in
      state.received = number
      return state.lastAct
    }
    if let lastAct { end(number, lastAct) }
  }

  private func end(_ number: Int32, _ lastAct: () -> Void) {
    lastAct()
    signal(number, SIG_DFL)
    kill(getpid(), number)
  }
}
