/// A stable problem prepared for deferred acceptance: acceptable pairs only, in strict order on both
/// sides, each side knowing its place on the other's list.
///
/// A pair is called an *edge*; edges are numbered resident by resident in the resident's order.
///
/// - Complexity: O(entries + sorting of ties) to build; 24 bytes an acceptable pair.
struct StableMarket: ~Copyable {
  let residentCount: Int32
  let hospitalCount: Int32
  /// Edges of resident r are `residentStart[r] ..< residentStart[r + 1]`.
  let residentStart: Buffer<Int32>
  let hospital: Buffer<Int32>
  let resident: Buffer<Int32>
  /// The place of each edge on the hospital's list, from 0.
  let rank: Buffer<Int32>
  /// The place of each edge on the resident's list as it was given.
  let position: Buffer<Int32>
  /// Slots of hospital h are `hospitalStart[h] ..< hospitalStart[h + 1]`, best first.
  let hospitalStart: Buffer<Int32>
  /// The edge in each slot.
  let slotEdge: Buffer<Int32>
  /// The hospital's tier of each slot.
  let slotTier: Buffer<Int32>
  let quota: Buffer<Int32>

  init(_ problem: StableProblem) {
    let listed = ListedPairs(problem)
    residentCount = Int32(problem.residentCount)
    hospitalCount = Int32(problem.hospitalCount)
    let acceptable = listed.acceptable
    residentStart = Buffer(repeating: 0, count: problem.residentCount + 1)
    hospitalStart = Buffer(repeating: 0, count: problem.hospitalCount + 1)
    hospital = Buffer(repeating: 0, count: acceptable)
    resident = Buffer(repeating: 0, count: acceptable)
    rank = Buffer(repeating: 0, count: acceptable)
    position = Buffer(repeating: 0, count: acceptable)
    slotEdge = Buffer(repeating: 0, count: acceptable)
    slotTier = Buffer(repeating: 0, count: acceptable)
    quota = Buffer(problem.quotas)
    numberEdges(problem, listed)
    fillSlots(problem, listed)
  }

  /// Numbers the acceptable entries of residents' lists in strict order.
  private func numberEdges(_ problem: StableProblem, _ listed: borrowing ListedPairs) {
    let lottery = problem.hospitalLottery
    let lists = problem.residents
    var edge: Int32 = 0
    for index in 0..<problem.residentCount {
      let order = lists.strictOrder(of: index) { a, b in
        (lottery[Int(a)], a) < (lottery[Int(b)], b)
      }
      for entry in order where listed.slot[entry] >= 0 {
        hospital[edge] = lists.parties[entry]
        resident[edge] = Int32(index)
        position[edge] = Int32(entry - Int(lists.start[index]))
        listed.edge[entry] = edge
        edge += 1
      }
      residentStart[index + 1] = edge
    }
  }

  /// Puts the edges into the hospitals' strict order.
  private func fillSlots(_ problem: StableProblem, _ listed: borrowing ListedPairs) {
    let lottery = problem.residentLottery
    let lists = problem.hospitals
    var slot: Int32 = 0
    for index in 0..<problem.hospitalCount {
      let order = lists.strictOrder(of: index) { a, b in
        (lottery[Int(a)], a) < (lottery[Int(b)], b)
      }
      let first = slot
      for entry in order where listed.partner[entry] >= 0 {
        let edge = listed.edge[listed.partner[entry]]
        slotEdge[slot] = edge
        slotTier[slot] = lists.tiers[entry]
        rank[edge] = slot - first
        slot += 1
      }
      hospitalStart[index + 1] = slot
    }
  }

  @inline(__always)
  func edges(of resident: Int32) -> Range<Int32> {
    residentStart[resident]..<residentStart[resident &+ 1]
  }

  /// The tier that the hospital gives the edge's resident.
  func tier(of edge: Int32) -> Int32 {
    slotTier[hospitalStart[hospital[edge]] + rank[edge]]
  }

  @inline(__always)
  func slots(of hospital: Int32) -> Range<Int32> {
    hospitalStart[hospital]..<hospitalStart[hospital &+ 1]
  }
}

/// Which entries of the two sides' lists name each other.
///
/// Entries are matched hospital by hospital, through a table with one field a resident.
private struct ListedPairs: ~Copyable {
  /// For each resident's entry the hospital's entry, −1 if it is not acceptable.
  let slot: Buffer<Int32>
  /// For each hospital's entry the resident's entry, −1 if it is not acceptable.
  let partner: Buffer<Int32>
  /// For each resident's entry its edge, once numbered.
  let edge: Buffer<Int32>
  let acceptable: Int

  init(_ problem: StableProblem) {
    let (residents, hospitals) = (problem.residents, problem.hospitals)
    slot = Buffer(repeating: -1, count: residents.parties.count)
    edge = Buffer(repeating: -1, count: residents.parties.count)
    partner = Buffer(repeating: -1, count: hospitals.parties.count)
    let mention = Buffer<Int32>(repeating: -1, count: problem.residentCount)
    let incoming = Incoming(residents, hospitalCount: problem.hospitalCount)
    var pairs = 0
    for hospital in 0..<problem.hospitalCount {
      // Backwards, so that a resident's first mention of the hospital remains.
      for index in incoming.range(of: hospital).reversed() {
        mention[incoming.residents[index]] = incoming.entries[index]
      }
      for entry in hospitals.range(of: hospital) {
        let resident = hospitals.parties[entry]
        let match = mention[resident]
        guard match >= 0 else { continue }
        slot[match] = Int32(entry)
        partner[entry] = match
        mention[resident] = -1
        pairs += 1
      }
      for index in incoming.range(of: hospital) { mention[incoming.residents[index]] = -1 }
    }
    acceptable = pairs
  }
}

/// Residents' entries sorted by hospital, then by resident.
private struct Incoming: ~Copyable {
  private let start: Buffer<Int32>
  let entries: Buffer<Int32>
  let residents: Buffer<Int32>

  init(_ lists: RankedLists, hospitalCount: Int) {
    start = Buffer(repeating: 0, count: hospitalCount + 1)
    entries = Buffer(repeating: 0, count: lists.parties.count)
    residents = Buffer(repeating: 0, count: lists.parties.count)
    for party in lists.parties { start[party + 1] += 1 }
    for hospital in 0..<hospitalCount { start[hospital + 1] += start[hospital] }
    let free = Buffer(start.array)
    for resident in 0..<lists.count {
      for entry in lists.range(of: resident) {
        let slot = free[lists.parties[entry]]
        free[lists.parties[entry]] = slot + 1
        entries[slot] = Int32(entry)
        residents[slot] = Int32(resident)
      }
    }
  }

  func range(of hospital: Int) -> Range<Int32> { start[hospital]..<start[hospital + 1] }
}
