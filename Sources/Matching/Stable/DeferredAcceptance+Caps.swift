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

  /// As ``hospitalOptimal(_:)``, under nested caps: groups choose among the contracts not yet refused
  /// until no resident refuses any more.
  ///
  /// - Complexity: O(pairs · depth) for each time a group chooses, at most once a refusal.
  static func hospitalOptimal(
    _ market: borrowing StableMarket, under problem: StableProblem
  ) -> Buffer<Int32> {
    let forest = CapForest(problem, market)
    let held = Buffer<Int32>(repeating: -1, count: Int(market.residentCount))
    let isRefused = Buffer<Bool>(repeating: false, count: market.hospital.count)
    let groups = GroupedContracts(forest, market)
    var waiting = groups.tops
    var isWaiting = Set(waiting)
    while let group = waiting.popLast() {
      isWaiting.remove(group)
      for edge in groups.chosen(by: group, among: isRefused, forest, market) {
        let resident = forest.resident[edge]
        let current = held[resident]
        if current == edge { continue }
        let loser = current < 0 ? -1 : max(edge, current)
        if loser != edge { held[resident] = edge }
        guard loser >= 0 else { continue }
        isRefused[loser] = true
        let other = forest.top(of: market.hospital[loser])
        if isWaiting.insert(other).inserted { waiting.append(other) }
      }
    }
    return held
  }
}

/// Contracts by the top of the tree they belong to, best first.
private struct GroupedContracts {
  private var contracts: [Int32: [Int32]] = [:]

  init(_ forest: borrowing CapForest, _ market: borrowing StableMarket) {
    for place in 0..<forest.contracts.count {
      let edge = forest.contracts[place]
      contracts[forest.top(of: market.hospital[edge]), default: []].append(edge)
    }
  }

  var tops: [Int32] { contracts.keys.sorted(by: >) }

  /// The group's greedy choice among the contracts not refused.
  func chosen(
    by group: Int32, among isRefused: borrowing Buffer<Bool>, _ forest: borrowing CapForest,
    _ market: borrowing StableMarket
  ) -> [Int32] {
    var chosen: [Int32] = []
    for edge in contracts[group] ?? [] where !isRefused[edge] {
      let hospital = market.hospital[edge]
      guard forest.lowestFullNode(from: hospital) == nil else { continue }
      forest.add(1, from: hospital)
      chosen.append(edge)
    }
    for edge in chosen { forest.add(-1, from: market.hospital[edge]) }
    return chosen
  }
}

extension CapForest {
  /// Counts places on the way up from a hospital.
  fileprivate func add(_ places: Int32, from hospital: Int32) {
    var node = hospital
    while node >= 0 {
      count[node] += places
      node = parent[node]
    }
  }
}
