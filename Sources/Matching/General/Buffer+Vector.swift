/// The vector arithmetic of dual methods. Sums are taken in a fixed order, so that results repeat.
extension Buffer where Element == Double {
  /// Takes over all values.
  func copy(_ other: borrowing Buffer<Double>) {
    for index in 0..<count { self[index] = other[index] }
  }

  /// Moves each value towards the other's by a share of their distance.
  func approach(_ other: borrowing Buffer<Double>, share: Double) {
    for index in 0..<count { self[index] += share * (other[index] - self[index]) }
  }

  /// Self·self, self·other and other·other.
  func products(
    with other: borrowing Buffer<Double>
  ) -> (own: Double, cross: Double, other: Double) {
    var (own, cross, foreign) = (0.0, 0.0, 0.0)
    for index in 0..<count {
      let (a, b) = (self[index], other[index])
      own += a * a
      cross += a * b
      foreign += b * b
    }
    return (own, cross, foreign)
  }

  /// The squared length of self without the parts that would push prices below the least ones.
  func usableSquare(
    at prices: borrowing Buffer<Double>, least: borrowing Buffer<Double>
  ) -> Double {
    var sum = 0.0
    for index in 0..<count {
      let part = self[index]
      let isBlocked = part > 0 && prices[index] <= least[index]
      sum += isBlocked ? 0 : part * part
    }
    return sum
  }

  /// Sets self to `start − step · direction`, but at least `least`.
  func setStep(
    from start: borrowing Buffer<Double>, along direction: borrowing Buffer<Double>,
    by step: Double, least: borrowing Buffer<Double>
  ) {
    for index in 0..<count {
      self[index] = Swift.max(start[index] - step * direction[index], least[index])
    }
  }
}
