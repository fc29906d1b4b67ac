/// A convex function of prices that a dual method lowers: the best value of a relaxed problem.
///
/// Prices are in scaled coordinates, so that a step of equal length means about as much in each.
protocol DualFunction: AnyObject {
  /// The number of coordinates.
  var dimension: Int { get }
  /// The least admissible price of each coordinate.
  var least: Buffer<Double> { get }
  /// The value at these prices; writes a subgradient (capacity less use).
  func evaluate(at prices: borrowing Buffer<Double>, _ slope: borrowing Buffer<Double>) -> Double
  /// Elementary steps of all evaluations so far.
  var steps: Int { get }
  /// Moves the average solution towards the last one evaluated, by this share.
  func average(share: Double)
}

/// Lowers a ``DualFunction`` by the volume method.
///
/// Notation: ŷ the best prices (the centre), L̂ their value, v the averaged subgradient, T a value
/// known to be attained, f the step factor.
///
/// Method: try y = ŷ − f·(L̂ − T)/|v|² · v, clipped to the least prices; average solution and
/// subgradient with the share that makes the new v shortest, within limits; move the centre when
/// the value falls. f grows while moves and subgradients agree and shrinks after a run of failures.
///
/// Complexity: one evaluation and O(dimension) a step.
///
/// Source: F. Barahona, R. Anbil, "The volume algorithm: producing primal solutions with a
/// subgradient method", Mathematical Programming 87 (2000).
final class VolumeMethod<Function: DualFunction> {
  let function: Function
  /// The best prices.
  let center: Buffer<Double>
  /// Their value.
  private(set) var value: Double
  private let trial: Buffer<Double>
  private let direction: Buffer<Double>
  private let slope: Buffer<Double>
  private(set) var factor: Double
  private var failures = 0
  private let largestShare: Double

  /// Starts at the prices in `start`, which are clipped to what is admissible.
  init(
    _ function: Function, start: [Double], factor: Double = 0.05, largestShare: Double = 0.4,
    keepsAverage: Bool = false
  ) {
    self.function = function
    self.factor = factor
    self.largestShare = largestShare
    center = Buffer(start)
    for index in 0..<start.count { center[index] = max(center[index], function.least[index]) }
    trial = Buffer(repeating: 0, count: start.count)
    direction = Buffer(repeating: 0, count: start.count)
    slope = Buffer(repeating: 0, count: start.count)
    value = function.evaluate(at: center, direction)
    if !keepsAverage { function.average(share: 1) }
  }

  /// Sets the step factor anew, to go on from the centre.
  func reset(factor: Double) { self.factor = factor }

  /// Evaluates the centre again after the function has changed.
  func restart() {
    value = function.evaluate(at: center, slope)
    direction.copy(slope)
  }

  /// Takes up to `steps` steps towards `target`.
  ///
  /// - Returns: whether going on makes sense: the factor is not yet negligible and the value is
  ///   above `floor`.
  @discardableResult
  func descend(steps: Int, target: Double, floor: Double, _ meter: WorkMeter) -> Bool {
    for _ in 0..<steps {
      guard factor > 1e-5, value > floor, !meter.isOver else { return false }
      let length = move(towards: target)
      guard length > 0 else { return false }
      let before = function.steps
      let found = function.evaluate(at: trial, slope)
      meter.spend(function.steps - before + function.dimension)
      mix()
      judge(found)
    }
    return factor > 1e-5 && value > floor
  }

  /// Writes the next trial prices; returns the squared length of the usable direction.
  private func move(towards target: Double) -> Double {
    let length = direction.usableSquare(at: center, least: function.least)
    guard length > 1e-12 else { return 0 }
    let step = factor * max(value - target, 1e-6 * abs(value) + 1e-9) / length
    trial.setStep(from: center, along: direction, by: step, least: function.least)
    return length
  }

  /// Averages subgradient and solution with the share that makes the average shortest.
  private func mix() {
    let (old, cross, new) = direction.products(with: slope)
    let spread = old - 2 * cross + new
    let shortest = spread > 0 ? (old - cross) / spread : largestShare
    let share = min(max(shortest, largestShare / 10), largestShare)
    agreement = cross
    direction.approach(slope, share: share)
    function.average(share: share)
  }

  private var agreement = 0.0

  private func judge(_ found: Double) {
    if found < value {
      value = found
      center.copy(trial)
      failures = 0
      if agreement > 0 { factor = min(factor * 1.1, 2) }
    } else {
      failures += 1
      if failures >= 3 {
        factor *= 0.8
        failures = 0
      }
    }
  }
}
