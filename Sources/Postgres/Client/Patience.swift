/// Whether an answer is worth waiting for on the caller's own thread.
///
/// After a wait in vain the next ones are left out: one, then three, seven, … up to 63. Statements that
/// take long, or come from far away, so hold a thread next to never.
struct Patience: Sendable {
  private static let longestPause = 63
  private var pause = 0
  private var left = 0
  private static let mostInARow = 64
  private var inARow = 0

  /// Whether to wait this time. O(1).
  mutating func isGranted() -> Bool {
    guard left > 0 else { return true }
    left -= 1
    return false
  }

  /// Whether a task whose statements were answered on its own thread should let others have it for once.
  mutating func isTimeToYield() -> Bool {
    inARow = (inARow + 1) % Self.mostInARow
    return inARow == 0
  }

  mutating func learn(wasWorthwhile: Bool) {
    pause = wasWorthwhile ? 0 : min(2 * pause + 1, Self.longestPause)
    left = pause
  }
}
