/// The increments ε of the auction's phases, from coarse to fine.
///
/// A coarse phase finds the level of prices in few bids; each later phase starts a little below it
/// and settles finer differences. Starting too fine costs bids, ending too coarse leaves work to
/// the exact searches; starting the next phase at full prices leaves units over-priced, whose
/// repair was measured to cost more than all bids together. So a phase starts a few increments of the
/// one before lower: half a one where many requests stay out, so that a free unit soon finds a
/// taker, and two and a half where nearly all are served and a free unit would look far. Phases end
/// when few requests are off their best. (Measured on families A and B, 10⁴ to 10⁶ requests: first
/// increments from a fifth to a fortieth of the largest score and factors from 5 to 10 differ by a
/// tenth; the drop matters by up to ten times.)
struct AuctionSchedule<Score: KernelScore> {
  /// Bids allowed to a phase for each request and resource: a longer price war is left to the
  /// exact searches, which settle it by whole steps.
  static var bidsAllowed: Int { 40 }

  private(set) var increment: Score
  private let spread: Score
  private let requestCount: Int

  init(_ floor: AssignmentFloor<Score>) {
    let (largest, spread) = Self.scale(floor)
    requestCount = floor.requestCount
    increment = max(1, largest / 10)
    self.spread = spread
  }

  /// By how much to lower prices before the next phase.
  ///
  /// - Parameter idle: the requests that the phase left out because no option was worth its price.
  func drop(idle: Int) -> Score {
    idle > requestCount / 64 ? increment / 2 : 2 &* increment &+ increment / 2
  }

  /// Moves on to the next phase, or returns false where the present answer is fine enough.
  ///
  /// - Parameter loose: the requests that hold a unit but not exactly at their best.
  mutating func advance(loose: Int) -> Bool {
    let finest = max(1, spread / 1000)
    guard spread > 0, loose > requestCount / 256, increment > finest else { return false }
    increment = max(finest, min(increment / 10, spread / 10))
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
