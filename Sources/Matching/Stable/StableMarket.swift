/// A stable problem prepared for deferred acceptance: strict order on both sides, each side knowing
/// its place on the other's list.
///
/// An entry of a resident's list is an *edge*; edges are numbered resident by resident, each
/// resident's in strict order. An acceptable edge also has a *slot*; slots are numbered hospital by
/// hospital, each hospital's in strict order.
///
/// - Complexity: O(entries + sorting of lists with ties) to build; 24 bytes an entry.
struct StableMarket: ~Copyable {
  let residentCount: Int32
  let hospitalCount: Int32
  /// Edges of resident r are `residentStart[r] ..< residentStart[r + 1]`.
  let residentStart: Buffer<Int32>
  let hospital: Buffer<Int32>
  /// The slot of each edge, −1 if the pair is not acceptable.
  let slot: Buffer<Int32>
  /// The place of each edge on the resident's list as it was given.
  let position: Buffer<Int32>
  /// Slots of hospital h are `hospitalStart[h] ..< hospitalStart[h + 1]`, best first.
  let hospitalStart: Buffer<Int32>
  /// The edge, the resident and the hospital's tier of each slot.
  let slotEdge: Buffer<Int32>
  let slotResident: Buffer<Int32>
  let slotTier: Buffer<Int32>
  private(set) var slotCount: Int32 = 0
  let quota: Buffer<Int32>

  init(_ problem: StableProblem) {
    let (residents, hospitals) = (problem.residents, problem.hospitals)
    residentCount = Int32(problem.residentCount)
    hospitalCount = Int32(problem.hospitalCount)
    residentStart = Buffer(residents.start)
    hospital = Buffer(residents.parties)
    position = Buffer(repeating: 0, count: residents.parties.count)
    slot = Buffer(repeating: -1, count: residents.parties.count)
    hospitalStart = Buffer(repeating: 0, count: problem.hospitalCount + 1)
    slotEdge = Buffer(repeating: 0, count: hospitals.parties.count)
    slotResident = Buffer(repeating: 0, count: hospitals.parties.count)
    slotTier = Buffer(repeating: 0, count: hospitals.parties.count)
    quota = Buffer(problem.quotas)
    orderEdges(problem)
    fillSlots(problem)
  }

  /// Brings each resident's edges into strict order; most lists are in it already.
  private func orderEdges(_ problem: StableProblem) {
    let lists = problem.residents
    for resident in 0..<problem.residentCount {
      let range = lists.range(of: resident)
      if lists.isStrict(resident) {
        for entry in range { position[entry] = Int32(entry - range.lowerBound) }
        continue
      }
      let order = lists.strictOrder(of: resident, lottery: problem.hospitalLottery)
      for (edge, entry) in zip(range, order) {
        hospital[edge] = lists.parties[entry]
        position[edge] = Int32(entry - range.lowerBound)
      }
    }
  }

  /// Numbers the slots hospital by hospital. Edges find their entry on the hospital's list through a
  /// table with one field a resident.
  private mutating func fillSlots(_ problem: StableProblem) {
    let lists = problem.hospitals
    let mention = Buffer<Int32>(repeating: -1, count: problem.residentCount)
    let incoming = Incoming(self)
    for index in 0..<problem.hospitalCount {
      incoming.note(index, in: mention)
      if lists.isStrict(index) {
        for entry in lists.range(of: index) { fill(lists, entry, mention) }
      } else {
        for entry in lists.strictOrder(of: index, lottery: problem.residentLottery) {
          fill(lists, entry, mention)
        }
      }
      incoming.forget(index, in: mention)
      hospitalStart[index + 1] = slotCount
    }
  }

  /// Gives the next slot to a hospital's entry, if the resident lists the hospital too.
  @inline(__always)
  private mutating func fill(
    _ lists: RankedLists, _ entry: Int, _ mention: borrowing Buffer<Int32>
  ) {
    let resident = lists.parties[entry]
    let edge = mention[resident]
    guard edge >= 0 else { return }
    mention[resident] = -1
    slot[edge] = slotCount
    slotEdge[slotCount] = edge
    slotResident[slotCount] = resident
    slotTier[slotCount] = lists.tiers[entry]
    slotCount &+= 1
  }

  @inline(__always)
  func slots(of hospital: Int32) -> Range<Int32> {
    hospitalStart[hospital]..<hospitalStart[hospital &+ 1]
  }
}

/// Edges by hospital, each with its resident, residents rising.
private struct Incoming: ~Copyable {
  private let start: Buffer<Int32>
  private let edges: Buffer<Arrival>

  private struct Arrival: BitwiseCopyable {
    let edge: Int32
    let resident: Int32
  }

  init(_ market: borrowing StableMarket) {
    start = Buffer(repeating: 0, count: Int(market.hospitalCount) + 2)
    edges = Buffer(repeating: Arrival(edge: 0, resident: 0), count: market.hospital.count)
    // Counted two fields ahead, so that filling leaves each start where it belongs.
    for edge in 0..<market.hospital.count { start[market.hospital[edge] + 2] += 1 }
    for hospital in 0..<market.hospitalCount { start[hospital + 2] += start[hospital + 1] }
    for resident in 0..<market.residentCount {
      for edge in market.residentStart[resident]..<market.residentStart[resident + 1] {
        let hospital = market.hospital[edge]
        let place = start[hospital + 1]
        start[hospital + 1] = place &+ 1
        edges[place] = Arrival(edge: edge, resident: resident)
      }
    }
  }

  /// Notes each resident's edge to a hospital; of several the first remains.
  @inline(__always)
  func note(_ hospital: Int, in mention: borrowing Buffer<Int32>) {
    var index = start[hospital + 1]
    while index > start[hospital] {
      index &-= 1
      mention[edges[index].resident] = edges[index].edge
    }
  }

  @inline(__always)
  func forget(_ hospital: Int, in mention: borrowing Buffer<Int32>) {
    for index in start[hospital]..<start[hospital + 1] { mention[edges[index].resident] = -1 }
  }
}
