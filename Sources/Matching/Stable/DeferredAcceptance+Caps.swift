extension DeferredAcceptance {
  /// As ``residentOptimal(_:)``, under nested caps.
  ///
  /// - Complexity: O(pairs · (depth of caps + log pairs)).
  static func residentOptimal(
    _ market: borrowing StableMarket, under problem: StableProblem
  ) -> Buffer<Int32> {
    var forest = CapForest(problem, market)
    let held = Buffer<Int32>(repeating: -1, count: Int(market.residentCount))
    let next = Buffer<Int32>(repeating: 0, count: Int(market.residentCount))
    for resident in 0..<market.residentCount { next[resident] = market.residentStart[resident] }
    for resident in 0..<market.residentCount {
      var proposer = resident
      while proposer >= 0, next[proposer] < market.residentStart[proposer + 1] {
        let edge = next[proposer]
        next[proposer] += 1
        guard market.slot[edge] >= 0 else { continue }
        let lost = forest.offer(edge, market)
        if lost == edge { continue }
        held[proposer] = edge
        if lost < 0 { break }
        proposer = forest.resident[lost]
        held[proposer] = -1
      }
    }
    return held
  }

  /// As ``hospitalOptimal(_:)``, under nested caps: wherever there is room, the group whose room it is
  /// offers the best contract that fits.
  ///
  /// What a group has offered and nobody refused is part of its greedy choice among all that was not
  /// refused: a matroid's best basis loses an element and keeps the others, and the best element that
  /// still fits belongs to it. So nothing is ever chosen anew.
  ///
  /// - Complexity: O(offers · hospitals of a group · depth of caps); offers are pairs at most.
  static func hospitalOptimal(
    _ market: borrowing StableMarket, under problem: StableProblem
  ) -> Buffer<Int32> {
    let forest = CapForest(problem, market)
    let held = Buffer<Int32>(repeating: -1, count: Int(market.residentCount))
    let next = Buffer<Int32>(repeating: 0, count: Int(market.hospitalCount))
    for hospital in 0..<market.hospitalCount { next[hospital] = market.hospitalStart[hospital] }
    let groups = Dictionary(grouping: 0..<market.hospitalCount) { forest.top(of: $0) }
    var waiting = groups.keys.sorted(by: >)
    while let group = waiting.popLast() {
      let hospitals = groups[group] ?? []
      while let hospital = forest.bestOffer(of: hospitals, next, market) {
        let slot = next[hospital]
        next[hospital] += 1
        let (edge, resident) = (market.slotEdge[slot], market.slotResident[slot])
        let current = held[resident]
        // Edges of a resident are numbered best first.
        guard current < 0 || edge < current else { continue }
        if current >= 0 {
          let loser = market.hospital[current]
          forest.add(-1, from: loser)
          let other = forest.top(of: loser)
          if other != group { waiting.append(other) }
        }
        held[resident] = edge
        forest.add(1, from: hospital)
        forest.checkLimits(from: hospital)
      }
    }
    return held
  }
}

extension CapForest {
  /// The hospital with room on its whole way up whose next contract is the best; `nil` if there is none.
  fileprivate func bestOffer(
    of hospitals: [Int32], _ next: borrowing Buffer<Int32>, _ market: borrowing StableMarket
  ) -> Int32? {
    var best: Int32?
    var place = Int32.max
    for hospital in hospitals where next[hospital] < market.hospitalStart[hospital + 1] {
      let candidate = order[market.slotEdge[next[hospital]]]
      guard candidate < place, lowestFullNode(from: hospital) == nil else { continue }
      (best, place) = (hospital, candidate)
    }
    return best
  }

  /// Counts places on the way up from a hospital.
  fileprivate func add(_ places: Int32, from hospital: Int32) {
    var node = hospital
    while node >= 0 {
      count[node] += places
      node = parent[node]
    }
  }
}
