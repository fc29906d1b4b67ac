/// The best options of each request when its row was last read, and a bound on the rest: seven
/// resources and a spare cell, then seven scores and the bound, side by side, so that with 32-bit
/// scores a bid reads one cache line.
struct ShortLists<Score: KernelScore>: ~Copyable {
  /// The options on a list.
  static var length: Int { 7 }
  private static var resourceBytes: Int { 8 * MemoryLayout<Int32>.stride }
  private static var stride: Int { resourceBytes + 8 * MemoryLayout<Score>.stride }

  private let base: UnsafeMutableRawPointer
  private let count: Int
  /// Keeps the loads of `touch` alive.
  private let sink = Slab<Int32>(repeating: 0, count: 1)

  /// Empty lists with a bound above every value, so that every row is read before it bids.
  init(count: Int) {
    self.count = count
    base = .allocate(byteCount: max(count, 1) * Self.stride, alignment: 64)
    for request in 0..<count {
      (base + request * Self.stride).initializeMemory(as: Int32.self, repeating: 0, count: 8)
      (base + request * Self.stride + Self.resourceBytes)
        .initializeMemory(as: Score.self, repeating: Score.lowest, count: 8)
      scores(request)[Self.length] = Score.kernelLimit
    }
  }

  deinit { base.deallocate() }

  @inline(__always)
  func resources(_ request: Int) -> UnsafeMutablePointer<Int32> {
    (base + request &* Self.stride).assumingMemoryBound(to: Int32.self)
  }

  /// The scores, and the bound in the cell after them.
  @inline(__always)
  func scores(_ request: Int) -> UnsafeMutablePointer<Score> {
    (base + request &* Self.stride + Self.resourceBytes).assumingMemoryBound(to: Score.self)
  }

  /// Raises all bounds, for prices that have fallen by as much.
  func raiseBounds(by drop: Score) {
    for request in 0..<count {
      let bound = scores(request) + Self.length
      bound.pointee = min(Score.kernelLimit, bound.pointee &+ drop)
    }
  }

  /// Reads one cell of each of some lists, so that their cache misses overlap.
  @inline(__always)
  func touch(_ requests: UnsafeMutablePointer<Int32>, _ count: Int) {
    var sum: Int32 = 0
    for index in 0..<count { sum &+= resources(Int(requests[index])).pointee }
    sink.cells[0] = sum
  }
}
