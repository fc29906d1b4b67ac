/// What hospitals hold while residents propose.
struct Holdings: ~Copyable {
  struct State: BitwiseCopyable {
    /// Places left.
    var free: Int32
    /// The worst slot held, −1 if none is.
    var worst: Int32
  }

  let states: Buffer<State>
  let isHeld: Buffer<Bool>

  init(_ market: borrowing StableMarket) {
    states = Buffer(market.quota.array.map { State(free: $0, worst: -1) })
    isHeld = Buffer(repeating: false, count: Int(market.slotCount))
  }

  @inline(__always)
  func hold(_ slot: Int32, _ state: State, at hospital: Int32) {
    isHeld[slot] = true
    states[hospital] = State(free: state.free &- 1, worst: max(state.worst, slot))
    checkInvariants(slot, at: hospital)
  }

  /// Holds a better slot than the worst, and returns the slot that lost.
  ///
  /// - Precondition: the hospital is full and `slot` is better than its worst.
  @inline(__always)
  func replaceWorst(by slot: Int32, _ state: State, at hospital: Int32) -> Int32 {
    var worst = state.worst
    isHeld[worst] = false
    isHeld[slot] = true
    while !isHeld[worst] { worst &-= 1 }
    states[hospital].worst = worst
    checkInvariants(slot, at: hospital)
    return state.worst
  }

  /// The edge of each resident, −1 if it has none.
  func edges(_ market: borrowing StableMarket) -> Buffer<Int32> {
    let result = Buffer<Int32>(repeating: -1, count: Int(market.residentCount))
    for slot in 0..<market.slotCount where isHeld[slot] {
      result[market.slotResident[slot]] = market.slotEdge[slot]
    }
    return result
  }
}
