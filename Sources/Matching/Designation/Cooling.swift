/// A temperature that falls evenly in its logarithm.
struct Cooling {
  /// What one round multiplies the temperature by.
  let factor: Double

  /// The factor is a root found by bisection, with multiplications only, so that machines agree.
  init(from hot: Double, to cold: Double, rounds: Int) {
    var (below, above) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (below + above) / 2
      if Cooling.power(middle, max(1, rounds)) > cold / hot {
        above = middle
      } else {
        below = middle
      }
    }
    factor = above
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
