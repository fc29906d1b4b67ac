/// An integer that a kernel computes scores, prices and distances in.
protocol KernelScore: FixedWidthInteger, SignedInteger, BitwiseCopyable, Sendable {}

extension Int32: KernelScore {}
extension Int64: KernelScore {}

extension KernelScore {
  /// The largest score a kernel of this width takes: distance + profit + price of such scores, the
  /// largest sum formed, still fits, so that kernels may add without overflow checks.
  static var kernelLimit: Self { (max >> 2) - 1 }
  /// A value below every real one, with room to subtract a price from it.
  static var lowest: Self { -(max >> 1) }
}
