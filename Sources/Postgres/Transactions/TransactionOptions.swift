/// How far a transaction is kept from others' changes.
public enum IsolationLevel: String, Sendable {
  case readCommitted = "READ COMMITTED"
  case repeatableRead = "REPEATABLE READ"
  case serializable = "SERIALIZABLE"
}

/// How often and how soon a transaction is run again after a serialisation failure or a deadlock.
public struct RetryPolicy: Sendable {
  /// Runs in all, at least 1.
  public var attempts: Int
  /// The pause before the second run is random between 0 and this; it doubles from run to run.
  public var firstPause: Duration
  public var longestPause: Duration
  /// A number in 0..<1; injected so that tests are repeatable.
  public var random: @Sendable () -> Double
  public var sleep: @Sendable (Duration) async throws -> Void

  public init(
    attempts: Int = 8, firstPause: Duration = .milliseconds(10),
    longestPause: Duration = .seconds(1),
    random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.attempts = attempts
    self.firstPause = firstPause
    self.longestPause = longestPause
    self.random = random
    self.sleep = sleep
  }

  public static let standard = RetryPolicy()
  public static let never = RetryPolicy(attempts: 1)

  /// The pause after `failures` failed runs: full jitter, so that rivals part.
  func pause(afterFailures failures: Int) -> Duration {
    let doublings = min(max(failures - 1, 0), 20)
    let longest = min(firstPause * (1 << doublings), longestPause)
    return longest * random()
  }
}
