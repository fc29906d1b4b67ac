/// # Matching more where lists have ties
///
/// **Problem.** With ties, stable matchings (no pair strictly prefers each other) differ in size, and
/// the largest is NP-hard to find. This finds one that is large, and at least as large as a constant
/// share of the largest.
///
/// **Method.** Residents propose as in deferred acceptance, with three freedoms that ties leave:
/// 1. Inside a tier a resident first proposes where a place is free.
/// 2. A hospital that is full but has refused no one yet moves one of its residents to another
///    hospital of the same tier of that resident's list, directly or along a chain of such moves, if
///    the chain ends at a free place. It then takes the newcomer.
/// 3. A resident whose list is exhausted is *promoted* and starts again, up to twice; between
///    residents of one tier a hospital prefers the one promoted more often.
///
/// Nobody who was refused is ever passed over: a hospital that has refused someone only exchanges
/// residents for strictly better ones or, inside a tier, for promoted ones or by lottery. Hence no
/// pair blocks in the end.
///
/// Steps 1 to 3 are repeated with the lottery turned over in other ways while that is cheap, and the
/// largest matching is kept, of equals the first.
///
/// **Complexity.** O(pairs · log) for proposals; the moves of step 2 cost one search each, and each
/// successful one matches one resident more for good.
///
/// **Source.** Z. Király, "Linear time local approximation algorithm for maximum stable marriage",
/// Algorithms 6 (2013); chains are an addition.
struct TiePromotion: ~Copyable {
  /// Turns the lottery over; 0 leaves it as it is.
  private let twist: UInt64
  private let residentLottery: Buffer<UInt64>
  private let hospitalLottery: Buffer<UInt64>
  private let tiers: Buffer<Int32>
  let isRefused: Buffer<Bool>
  /// How often each resident was promoted.
  private let level: Buffer<Int32>
  /// The edge that each resident has now, −1 if it has none.
  let held: Buffer<Int32>
  /// The first edge of each resident not refused yet, or later.
  private let cursor: Buffer<Int32>
  let free: Buffer<Int32>
  private let hasRefused: Buffer<Bool>
  let tenants: LinkedLists
  private var worst: [KeyedHeap]
  // One search for a chain of moves.
  private let seen: Buffer<Int32>
  private let mover: Buffer<Int32>
  private let move: Buffer<Int32>
  private var searches: Int32 = 0

  /// The edge of each resident, −1 if unmatched.
  static func match(
    _ problem: StableProblem, _ market: borrowing StableMarket
  ) -> Buffer<Int32> {
    let attempts = min(TiePromotion.mostAttempts, TiePromotion.work / max(1, market.hospital.count))
    var best: [Int32] = []
    var most = -1
    for attempt in 0...attempts {
      var state = TiePromotion(problem, market, twist: UInt64(attempt))
      state.run(problem.residentOrder(twist: UInt64(attempt)), market)
      let matching = state.held.array
      let size = matching.count { $0 >= 0 }
      if size > most { (best, most) = (matching, size) }
    }
    return Buffer(best)
  }

  /// Repetitions at most, and entries of lists that all of them may look at.
  private static let mostAttempts = 200
  /// Promotions of one resident at most; more than two were not seen to help.
  private static let mostLevels: Int32 = 2
  private static let work = 2_000_000

  private init(_ problem: StableProblem, _ market: borrowing StableMarket, twist: UInt64) {
    self.twist = twist
    let (residents, hospitals) = (problem.residentCount, problem.hospitalCount)
    residentLottery = Buffer(problem.residentLottery)
    hospitalLottery = Buffer(problem.hospitalLottery)
    tiers = Buffer(repeating: 0, count: market.hospital.count)
    isRefused = Buffer(repeating: false, count: market.hospital.count)
    level = Buffer(repeating: 0, count: residents)
    held = Buffer(repeating: -1, count: residents)
    cursor = Buffer(repeating: 0, count: residents)
    free = Buffer(problem.quotas)
    hasRefused = Buffer(repeating: false, count: hospitals)
    tenants = LinkedLists(lists: hospitals, items: residents)
    worst = [KeyedHeap](repeating: KeyedHeap(), count: hospitals)
    seen = Buffer(repeating: 0, count: hospitals)
    mover = Buffer(repeating: -1, count: hospitals)
    move = Buffer(repeating: -1, count: hospitals)
    for resident in 0..<problem.residentCount {
      let list = problem.residents.range(of: resident)
      cursor[resident] = Int32(list.lowerBound)
      for edge in list {
        tiers[edge] = problem.residents.tiers[list.lowerBound + Int(market.position[edge])]
        isRefused[edge] = market.slot[edge] < 0
      }
    }
  }

  private mutating func run(_ order: [Int32], _ market: borrowing StableMarket) {
    for resident in order {
      var proposer = resident
      while proposer >= 0 {
        if let edge = nextEdge(of: proposer, market) {
          proposer = propose(edge, proposer, market)
        } else if level[proposer] == TiePromotion.mostLevels {
          break
        } else {
          promote(proposer, market)
        }
      }
    }
  }

  /// The best edge not refused; inside its tier rather one that leads to a free place.
  private func nextEdge(of resident: Int32, _ market: borrowing StableMarket) -> Int32? {
    let end = market.residentStart[resident + 1]
    var edge = cursor[resident]
    while edge < end, isRefused[edge] { edge += 1 }
    cursor[resident] = edge
    guard edge < end else { return nil }
    var best = edge
    var least = UInt64.max
    for other in edge..<end {
      guard tiers[other] == tiers[edge] else { break }
      guard !isRefused[other], free[market.hospital[other]] > 0 else { continue }
      if twist == 0 { return other }
      let draw = luck(of: resident, at: market.hospital[other])
      if draw < least { (best, least) = (other, draw) }
    }
    return best
  }

  private func promote(_ resident: Int32, _ market: borrowing StableMarket) {
    level[resident] = level[resident] + 1
    cursor[resident] = market.residentStart[resident]
    for edge in market.residentStart[resident]..<market.residentStart[resident + 1] {
      isRefused[edge] = market.slot[edge] < 0
    }
  }

  /// Returns who is without a place afterwards, −1 if no one is.
  private mutating func propose(
    _ edge: Int32, _ resident: Int32, _ market: borrowing StableMarket
  ) -> Int32 {
    let hospital = market.hospital[edge]
    if free[hospital] > 0 || (!hasRefused[hospital] && makeRoom(at: hospital, market)) {
      take(edge, resident, market)
      return -1
    }
    guard let last = worstHeld(at: hospital, market), last.key > key(edge, resident, market) else {
      refuse(edge, market)
      return resident
    }
    let loser = last.item
    let lost = held[loser]
    leave(loser, market)
    refuse(lost, market)
    take(edge, resident, market)
    return loser
  }

  private func refuse(_ edge: Int32, _ market: borrowing StableMarket) {
    isRefused[edge] = true
    hasRefused[market.hospital[edge]] = true
  }

  /// A hospital's order: tier (31 bits), promotions (2), then lottery (31).
  private func key(_ edge: Int32, _ resident: Int32, _ market: borrowing StableMarket) -> UInt64 {
    let slot = market.slot[edge]
    let lottery = twist == 0 ? UInt64(slot) : luck(of: resident, at: market.hospital[edge]) >> 33
    let standing = UInt64(TiePromotion.mostLevels - level[resident])
    return UInt64(market.slotTier[slot]) << 33 | standing << 31 | lottery
  }

  /// The lottery of a pair in this repetition, whatever the order of input.
  private func luck(of resident: Int32, at hospital: Int32) -> UInt64 {
    let pair = residentLottery[resident] &+ hospitalLottery[hospital] &* 0xD6E8_FEB8_6659_FD93
    return twisted(pair, by: twist)
  }

  private mutating func take(_ edge: Int32, _ resident: Int32, _ market: borrowing StableMarket) {
    let hospital = market.hospital[edge]
    held[resident] = edge
    free[hospital] = free[hospital] - 1
    tenants.insert(resident, into: hospital)
    worst[Int(hospital)].push(resident, key: key(edge, resident, market))
    checkInvariants(hospital, market)
  }

  private func leave(_ resident: Int32, _ market: borrowing StableMarket) {
    let hospital = market.hospital[held[resident]]
    held[resident] = -1
    free[hospital] = free[hospital] + 1
    tenants.remove(resident, from: hospital)
    checkInvariants(hospital, market)
  }

  /// The tenant that the hospital would give up first. A heap entry counts only while its resident
  /// is still there by the same edge and with the same standing.
  private mutating func worstHeld(
    at hospital: Int32, _ market: borrowing StableMarket
  ) -> KeyedHeap.Entry? {
    while let top = worst[Int(hospital)].max {
      let edge = held[top.item]
      if edge >= 0, market.hospital[edge] == hospital, key(edge, top.item, market) == top.key {
        return top
      }
      worst[Int(hospital)].popMax()
    }
    return nil
  }
}

// MARK: - Moves inside ties

extension TiePromotion {
  /// Frees a place at a full hospital by moving its residents along their ties, if a chain of such
  /// moves ends at a free place.
  private mutating func makeRoom(at hospital: Int32, _ market: borrowing StableMarket) -> Bool {
    searches += 1
    seen[hospital] = searches
    var queue = [hospital]
    var head = 0
    while head < queue.count {
      let place = queue[head]
      head += 1
      var tenant = tenants.first(place)
      while tenant >= 0 {
        for edge in tiedEdges(of: tenant, market) {
          let next = market.hospital[edge]
          guard seen[next] != searches, !isRefused[edge], !hasRefused[next] else { continue }
          seen[next] = searches
          mover[next] = tenant
          move[next] = edge
          if free[next] > 0 {
            shift(towards: next, from: hospital, market)
            return true
          }
          queue.append(next)
        }
        tenant = tenants.next(tenant)
      }
    }
    return false
  }

  /// The edges of the tier at which a resident is held.
  private func tiedEdges(
    of resident: Int32, _ market: borrowing StableMarket
  ) -> Range<Int32> {
    let edge = held[resident]
    var (first, end) = (edge, edge + 1)
    while first > market.residentStart[resident], tiers[first - 1] == tiers[edge] { first -= 1 }
    while end < market.residentStart[resident + 1], tiers[end] == tiers[edge] { end += 1 }
    return first..<end
  }

  /// Carries out the moves that end at a free place.
  private mutating func shift(
    towards end: Int32, from start: Int32, _ market: borrowing StableMarket
  ) {
    var place = end
    while place != start {
      let resident = mover[place]
      let before = market.hospital[held[resident]]
      leave(resident, market)
      take(move[place], resident, market)
      place = before
    }
  }
}

extension StableProblem {
  /// Residents in order of lottery, turned over; equal numbers keep the order of input.
  fileprivate func residentOrder(twist: UInt64) -> [Int32] {
    let keys = residentLottery.map { twisted($0, by: twist) }
    return (0..<Int32(residentCount)).sorted { (keys[Int($0)], $0) < (keys[Int($1)], $1) }
  }
}

/// The lottery number for another repetition (the finaliser of SplitMix64); 0 changes nothing.
private func twisted(_ lottery: UInt64, by twist: UInt64) -> UInt64 {
  guard twist != 0 else { return lottery }
  var z = lottery &+ twist &* 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
