internal import Postgres

/// A bucket of calls for each token, refilled at a steady rate.
final class RateLimiter: Sendable {
  private struct Bucket {
    var left: Double
    var at: ContinuousClock.Instant
  }

  /// Calls a second; none are counted where it is 0.
  private let rate: Double
  private let burst: Double
  private let buckets = Guarded<[[UInt8]: Bucket]>([:])
  /// Buckets beyond this are thrown away once they are full again.
  private static let most = 10_000

  init(rate: Double) {
    self.rate = rate
    burst = max(1, 2 * rate)
  }

  /// Takes one call out of a token's bucket.
  ///
  /// - Parameter key: the token's digest.
  /// - Returns: how long to wait, in seconds; `nil` if the call may go on.
  func wait(for key: [UInt8], now: ContinuousClock.Instant = .now) -> Double? {
    guard rate > 0 else { return nil }
    return buckets.withLock { buckets in
      if buckets.count >= Self.most, buckets[key] == nil {
        buckets = buckets.filter { refilled($0.value, now) < burst }
      }
      var left = buckets[key].map { refilled($0, now) } ?? burst
      let isEmpty = left < 1
      if !isEmpty { left -= 1 }
      buckets[key] = Bucket(left: left, at: now)
      return isEmpty ? (1 - left) / rate : nil
    }
  }

  private func refilled(_ bucket: Bucket, _ now: ContinuousClock.Instant) -> Double {
    let (seconds, atto) = (now - bucket.at).components
    return min(burst, bucket.left + rate * (Double(seconds) + Double(atto) / 1e18))
  }
}
