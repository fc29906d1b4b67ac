/// # Deferred acceptance
///
/// **Problem.** Match residents to hospitals within quotas so that no acceptable pair would both
/// rather have each other. Orders are strict (ties fell by lottery when the market was prepared).
///
/// **Method.** One side proposes in order of its lists; the other holds the best so far and refuses
/// the rest. The result does not depend on the order of proposals: it is the stable matching that is
/// best for every proposer, and worst for every one proposed to.
///
/// Residents propose in rounds, and those who lost a place propose in the next: the processor waits for
/// the memory of many at once, where a chain from loser to loser waits for each.
///
/// A hospital needs no heap: it marks the slots it holds and keeps the worst of them, which only
/// moves up the list once the hospital is full, so that finding the next worst costs O(list) in all.
///
/// **Complexity.** O(acceptable pairs). Memory: 1 byte a pair, 12 a hospital, 12 a resident.
///
/// **Sources.** D. Gale, L. S. Shapley, "College admissions and the stability of marriage", American
/// Mathematical Monthly 69 (1962); D. Gusfield, R. W. Irving, "The Stable Marriage Problem" (1989).
enum DeferredAcceptance {
  /// The stable matching best for all residents: the edge of each resident, −1 if unmatched.
  static func residentOptimal(_ market: borrowing StableMarket) -> Buffer<Int32> {
    let next = Buffer<Int32>(repeating: 0, count: Int(market.residentCount))
    for resident in 0..<market.residentCount { next[resident] = market.residentStart[resident] }
    let house = Holdings(market)
    let proposers = Buffer<Int32>(repeating: 0, count: Int(market.residentCount))
    for resident in 0..<market.residentCount { proposers[resident] = resident }
    var count = market.residentCount
    while count > 0 {
      var lost: Int32 = 0
      for index in 0..<count {
        // Written behind the reader, since a proposal costs one resident its place at most.
        proposers[lost] = propose(proposers[index], market, next, house)
        lost &+= proposers[lost] >= 0 ? 1 : 0
      }
      for index in 0..<lost { proposers[index] = market.slotResident[proposers[index]] }
      count = lost
    }
    return house.edges(market)
  }

  /// The resident proposes until someone holds it or its list ends; returns the slot that lost its place,
  /// or −1.
  @inline(__always)
  private static func propose(
    _ proposer: Int32, _ market: borrowing StableMarket, _ next: borrowing Buffer<Int32>,
    _ house: borrowing Holdings
  ) -> Int32 {
    let end = market.residentStart[proposer &+ 1]
    var edge = next[proposer]
    while edge < end {
      let (hospital, slot) = (market.hospital[edge], market.slot[edge])
      edge &+= 1
      guard slot >= 0 else { continue }
      let state = house.states[hospital]
      if state.free > 0 || slot < state.worst {
        next[proposer] = edge
        guard state.free > 0 else {
          return house.replaceWorst(by: slot, state, at: hospital)
        }
        house.hold(slot, state, at: hospital)
        return -1
      }
    }
    next[proposer] = edge
    return -1
  }

  /// The stable matching best for all hospitals: the edge of each resident, −1 if unmatched.
  static func hospitalOptimal(_ market: borrowing StableMarket) -> Buffer<Int32> {
    let held = Buffer<Int32>(repeating: -1, count: Int(market.residentCount))
    let next = Buffer<Int32>(repeating: 0, count: Int(market.hospitalCount))
    let free = Buffer(market.quota.array)
    var waiting: [Int32] = []
    for hospital in 0..<market.hospitalCount {
      next[hospital] = market.hospitalStart[hospital]
      waiting.append(hospital)
    }
    while let hospital = waiting.popLast() {
      while free[hospital] > 0, next[hospital] < market.hospitalStart[hospital &+ 1] {
        let slot = next[hospital]
        next[hospital] = slot &+ 1
        let (edge, resident) = (market.slotEdge[slot], market.slotResident[slot])
        // Edges of a resident are numbered best first.
        guard held[resident] < 0 || edge < held[resident] else { continue }
        if held[resident] >= 0 {
          let loser = market.hospital[held[resident]]
          free[loser] &+= 1
          waiting.append(loser)
        }
        held[resident] = edge
        free[hospital] &-= 1
      }
    }
    return held
  }
}
