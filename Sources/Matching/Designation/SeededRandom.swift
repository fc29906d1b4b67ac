/// SplitMix64: the same numbers on every machine.
///
/// Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA (2014).
struct SeededRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  @inline(__always)
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in `0 ..< bound`, for bounds below 2³².
  @inline(__always)
  mutating func below(_ bound: Int) -> Int {
    Int(((next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
  }

  /// How much worse than before a step may be at temperature 1: exponentially distributed, by a
  /// fixed polynomial instead of the platform's logarithm, so that machines agree.
  @inline(__always)
  mutating func tolerance() -> Double {
    let bits = next()
    // A geometric number of halvings for the exponent, and a uniform mantissa in [1, 2).
    let halvings = Double((bits | 1 << 40).trailingZeroBitCount)
    let mantissa = Double(bits >> 44) * 0x1p-20
    // −ln 2^−(h + 1)·(1 + m) = (h + 1) ln 2 − ln(1 + m), with ln(1 + m) to four digits.
    let m = mantissa
    let logarithm =
      m
      * (0.99949556 + m
        * (-0.49190896 + m
          * (0.28947478 + m
            * (-0.13606275
              + m * 0.03215845))))
    return (halvings + 1) * 0.693147180559945 - logarithm
  }
}
