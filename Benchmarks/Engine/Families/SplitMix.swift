/// The counter-based random numbers of the benchmark families (SplitMix64; Steele, Lea, Flood,
/// "Fast splittable pseudorandom number generators", OOPSLA 2014): value i of a stream needs no
/// state, so that any language can make the same instances.
struct SplitMix {
  private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
  private let key: UInt64

  init(seed: UInt64, stream: UInt64) {
    key = Self.mix(Self.mix(seed &+ Self.golden) &+ stream &* Self.golden)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The number at a position, all 64 bits.
  func bits(_ index: Int) -> UInt64 {
    Self.mix(key &+ (UInt64(truncatingIfNeeded: index) &+ 1) &* Self.golden)
  }

  /// The number at a position, scaled to 0 ..< bound, for bounds below 2³².
  func below(_ bound: Int, _ index: Int) -> Int {
    Int(((bits(index) >> 32) &* UInt64(bound)) >> 32)
  }
}
