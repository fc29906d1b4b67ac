/// SplitMix64, and the logarithm that annealing needs, made of exactly rounded operations only, so
/// that every machine draws the same numbers.
///
/// - Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators",
///   OOPSLA 2014.
struct SearchRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  @inline(__always)
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in `0 ..< bound`; `bound` is positive and below 2³².
  @inline(__always)
  mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
  }

  /// A number in 0 ..< 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// Values of −ln((i + ½) / size): a draw from the exponential distribution is one look-up.
final class ExponentialTable {
  private let values: Buffer<Double>
  static let size = 4096

  init() {
    values = Buffer(repeating: 0, count: ExponentialTable.size)
    for index in 0..<ExponentialTable.size {
      let share = (Double(index) + 0.5) / Double(ExponentialTable.size)
      values[index] = -ExponentialTable.logarithm(share)
    }
  }

  @inline(__always)
  func draw(_ random: inout SearchRandom) -> Double { values[random.below(ExponentialTable.size)] }

  /// ln x = e·ln 2 + 2·artanh((m − 1)/(m + 1)) for x = m·2^e, by its series.
  static func logarithm(_ x: Double) -> Double {
    let z = (x.significand - 1) / (x.significand + 1)
    var (term, sum) = (z, 0.0)
    for power in stride(from: 1, through: 39, by: 2) {
      sum += term / Double(power)
      term *= z * z
    }
    return Double(x.exponent) * 0.693_147_180_559_945_3 + 2 * sum
  }
}
