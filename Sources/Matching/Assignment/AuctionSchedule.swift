/// The increments ε of the auction's phases, from coarse to fine.
///
/// A coarse phase finds the level of prices in few bids; each later phase starts a little below it
/// and settles finer differences. Starting too fine costs bids, ending too coarse leaves work to
/// the exact searches; starting the next phase at full prices leaves units over-priced, whose
/// repair was measured to cost more than all bids together. So a phase starts `overshoot`
/// increments of the one before lower, and phases end when few requests are off their best.
struct AuctionSchedule<Score: KernelScore> {
  /// Increments by which prices are taken back between phases.
  static var overshoot: Score { 2 }
  /// Bids allowed to a phase for each request and resource: a longer price war is left to the
  /// exact searches, which settle it by whole steps.
  static var bidsAllowed: Int { 40 }

  private(set) var increment: Score
  private let spread: Score
  private let requestCount: Int

  init(_ floor: AssignmentFloor<Score>) {
    let (largest, spread) = Self.scale(floor)
    requestCount = floor.requestCount
    increment = max(1, largest / 20)
    self.spread = spread
  }

  /// Moves on to the next phase, or returns false where the present answer is fine enough.
  mutating func advance(loose: Int) -> Bool {
    let finest = max(1, spread / 2500)
    guard spread > 0, loose > requestCount / 256, increment > finest else { return false }
    increment = max(finest, min(increment / 5, spread / 10))
    return true
  }

  /// The largest score, and how much scores differ inside a row on average.
  private static func scale(_ floor: AssignmentFloor<Score>) -> (Score, Score) {
    var largest: Score = 0
    var sum = 0.0
    var rows = 0.0
    for request in 0..<floor.requestCount {
      var high: Score = 0
      var low = Score.max
      let options = floor.options(of: request)
      for option in options {
        high = max(high, floor.score[option])
        low = min(low, floor.score[option])
      }
      largest = max(largest, high)
      guard options.count > 1 else { continue }
      sum += Double(high &- low)
      rows += 1
    }
    return (largest, rows > 0 ? Score(sum / rows) : 0)
  }
}
