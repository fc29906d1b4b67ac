import Dispatch
import Glibc
import Postgres
import Synchronization

/// Writes the lines of the log in the order in which they were taken. Lines of several threads do not
/// mix, and none is lost halfway.
///
/// While it ``runsBehind()``, a thread of its own puts the lines together and writes them, a few
/// milliseconds later and several at once: whoever answers a call waits neither for that nor for
/// whoever reads the log. A process that is killed takes the lines of these milliseconds with it.
final class LogWriter: Sendable {
  /// To stderr.
  static let standard = LogWriter(descriptor: STDERR_FILENO)

  /// Makes a line, with its end; must not log anything itself.
  typealias Line = @Sendable () -> String

  private struct State {
    var pending: [Line] = []
    var isBehind = false
    var isDue = false
    var isEnding = false
  }

  private enum Next {
    case flush, flushLater, leave
  }

  /// Lines that wait at most. Whoever brings one more writes, and so waits for the log's reader.
  static let mostPending = 10_000
  private static let delay: DispatchTimeInterval = .milliseconds(5)

  private let descriptor: Int32
  private let state = Guarded(State())
  /// Whose turn it is to write.
  private let turn = Mutex(())
  private let queue = DispatchQueue(label: "yaosu.log")

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// From now on. Whoever calls this calls ``end()`` at the end of the process.
  func runsBehind() {
    state.withLock { $0.isBehind = true }
  }

  /// - Parameter isUrgent: whether it has to be written, with all before it, when this returns.
  func take(isUrgent: Bool = false, _ line: @escaping Line) {
    let next = state.withLock { state -> Next in
      state.pending.append(line)
      if isUrgent || !state.isBehind || state.pending.count > Self.mostPending { return .flush }
      if state.isDue { return .leave }
      state.isDue = true
      return .flushLater
    }
    switch next {
    case .flush: flush()
    case .leave: break
    case .flushLater:
      queue.asyncAfter(deadline: .now() + Self.delay) { [self] in
        state.withLock { $0.isDue = false }
        flush()
      }
    }
  }

  /// Writes what waits.
  func flush() {
    turn.withLock { _ in
      let lines = state.withLock { state in
        let lines = state.pending
        state.pending = []
        return lines
      }
      var text = ""
      for line in lines { text += line() }
      text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }
  }

  /// The last flush: waits a second or two for a reader who stands still, not for ever.
  func end() {
    state.withLock { $0.isEnding = true }
    flush()
  }

  /// What a pipe that takes anything takes at once (`PIPE_BUF`).
  private static let piece = 4096

  private func write(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while !rest.isEmpty {
      guard isWritable() else { return }
      let count = Glibc.write(descriptor, rest.baseAddress, min(rest.count, Self.piece))
      // Nobody is left to tell of a log that cannot be written.
      guard count > 0 || (count < 0 && [EINTR, EAGAIN].contains(errno)) else { return }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(0, count)))
    }
  }

  /// Waits until the descriptor takes something, also where it would not wait by itself.
  private func isWritable() -> Bool {
    while true {
      var wish = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      let ready = poll(&wish, 1, 1000)
      if ready > 0 { return true }
      if ready < 0, errno != EINTR { return false }
      if ready == 0, state.withLock({ $0.isEnding }) { return false }
    }
  }
}
