/// Hospitals and caps as nodes of a forest, with what each holds: a laminar matroid of contracts.
///
/// A *contract* is an edge of the market. Contracts are totally ordered by the hospital's tier, then
/// the resident's lottery, then the hospital's; a group of hospitals under one cap chooses greedily
/// in this order, within every quota and cap. Such a choice function is substitutable, so deferred
/// acceptance works as without caps.
///
/// - Source: T. Fleiner, "A fixed-point approach to stable matchings and some applications",
///   Mathematics of Operations Research 28 (2003) (matroid choice functions).
struct CapForest: ~Copyable {
  /// The place of each edge in the order.
  let order: Buffer<Int32>
  /// The contract at each place.
  let contracts: Buffer<Int32>
  /// The node above each node: hospitals first, then caps; −1 at the top.
  let parent: Buffer<Int32>
  /// The resident of each edge.
  let resident: Buffer<Int32>
  let limit: Buffer<Int32>
  let count: Buffer<Int32>
  let isHeld: Buffer<Bool>
  /// What each node holds, worst first; contracts that were dropped linger until they come up.
  private var heaps: [MaxHeap]

  init(_ problem: StableProblem, _ market: borrowing StableMarket) {
    let hospitals = problem.hospitalCount
    let shift = Int32(hospitals)
    func node(_ cap: Int32) -> Int32 { cap < 0 ? -1 : cap + shift }
    parent = Buffer(problem.hospitalCaps.map(node) + problem.caps.map { node($0.parent) })
    limit = Buffer(problem.quotas + problem.caps.map(\.limit))
    count = Buffer(repeating: 0, count: parent.count)
    heaps = [MaxHeap](repeating: MaxHeap(), count: parent.count)
    isHeld = Buffer(repeating: false, count: market.hospital.count)
    contracts = Buffer(CapForest.sortedContracts(problem, market))
    order = Buffer(repeating: 0, count: market.hospital.count)
    resident = Buffer(repeating: 0, count: market.hospital.count)
    for place in 0..<contracts.count { order[contracts[place]] = Int32(place) }
    for slot in 0..<market.slotCount { resident[market.slotEdge[slot]] = market.slotResident[slot] }
  }

  private static func sortedContracts(
    _ problem: StableProblem, _ market: borrowing StableMarket
  ) -> [Int32] {
    struct Key {
      let tier: Int32
      let resident: UInt64
      let hospital: UInt64
      let edge: Int32
    }
    let keys = (0..<market.slotCount).map { slot in
      let edge = market.slotEdge[slot]
      return Key(
        tier: market.slotTier[slot],
        resident: problem.residentLottery[Int(market.slotResident[slot])],
        hospital: problem.hospitalLottery[Int(market.hospital[edge])], edge: edge)
    }
    return keys.sorted {
      ($0.tier, $0.resident, $0.hospital, $0.edge) < ($1.tier, $1.resident, $1.hospital, $1.edge)
    }.map(\.edge)
  }

  /// Takes a contract in if there is room on its whole path, or if it is better than the worst of the
  /// lowest full node there.
  ///
  /// - Returns: the contract that is out afterwards (the given one, if it is refused), or −1.
  mutating func offer(_ edge: Int32, _ market: borrowing StableMarket) -> Int32 {
    let hospital = market.hospital[edge]
    guard let full = lowestFullNode(from: hospital) else {
      hold(edge, at: hospital)
      checkInvariants(from: hospital, market)
      return -1
    }
    guard let worst = worst(in: full), worst > order[edge] else { return edge }
    let lost = contracts[worst]
    drop(lost, at: market.hospital[lost])
    hold(edge, at: hospital)
    checkInvariants(from: hospital, market)
    return lost
  }

  /// The lowest node on the way up that has no room, or `nil`.
  func lowestFullNode(from hospital: Int32) -> Int32? {
    var node = hospital
    while node >= 0 {
      if count[node] >= limit[node] { return node }
      node = parent[node]
    }
    return nil
  }

  mutating func hold(_ edge: Int32, at hospital: Int32) {
    isHeld[edge] = true
    var node = hospital
    while node >= 0 {
      count[node] += 1
      heaps[Int(node)].push(order[edge])
      node = parent[node]
    }
  }

  private func drop(_ edge: Int32, at hospital: Int32) {
    isHeld[edge] = false
    var node = hospital
    while node >= 0 {
      count[node] -= 1
      node = parent[node]
    }
  }

  private mutating func worst(in node: Int32) -> Int32? {
    while let place = heaps[Int(node)].max {
      if isHeld[contracts[place]] { return place }
      heaps[Int(node)].popMax()
    }
    return nil
  }

  /// The top of the tree in which a hospital stands.
  func top(of hospital: Int32) -> Int32 {
    var node = hospital
    while parent[node] >= 0 { node = parent[node] }
    return node
  }
}
