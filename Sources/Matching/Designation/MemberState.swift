/// A whole designation in exact integers, with what is free, and a log that takes moves back.
///
/// Invariants (checked in debug builds by `checkInvariants()`): the free units of a resource are its
/// capacity less what its members use and never below 0; a served member is served by a resource of
/// its group that does not refuse it; ``objective`` is what all this earns.
struct MemberState: ~Copyable {
  let groups: Int
  let resources: Int
  /// Members of group g are `memberStart[g] ..< memberStart[g + 1]`.
  let memberStart: Buffer<Int32>
  let groupOf: Buffer<Int32>
  let amounts: Buffer<Int64>
  let scores: Buffer<Int64>
  let pairScores: Buffer<Int64>

  let low: Buffer<Int32>
  let high: Buffer<Int32>
  let load: Buffer<Int32>
  let guests: Buffer<Int32>
  let places: Int
  let free: Buffer<Int64>
  /// The resource that serves each member, or −1.
  let choice: Buffer<Int32>
  private(set) var objective: Int64 = 0

  /// Members whose choice changed since the last commit, with the choice before.
  private(set) var log: [(member: Int32, choice: Int32)] = []

  init(_ tables: borrowing DesignationTables) {
    let problem = tables.problem
    groups = tables.groups
    resources = tables.resources
    places = min(tables.limit, tables.groups)
    memberStart = Buffer(tables.memberStart.map { Int32($0) })
    groupOf = Buffer(problem.memberGroups)
    amounts = Buffer(problem.memberAmounts)
    scores = Buffer(problem.memberScores)
    pairScores = Buffer(problem.pairScores)
    low = Buffer(repeating: -1, count: tables.groups)
    high = Buffer(repeating: -1, count: tables.groups)
    load = Buffer(repeating: 0, count: tables.resources)
    guests = Buffer(repeating: -1, count: tables.resources * places)
    free = Buffer(problem.capacities)
    choice = Buffer(repeating: -1, count: problem.memberCount)
  }

  /// Starts over: nobody served.
  mutating func load(_ pairs: [ResourcePair]) {
    for member in 0..<choice.count where choice[member] >= 0 { put(member, -1) }
    log.removeAll(keepingCapacity: true)
    objective = 0
    for resource in 0..<resources { load[resource] = 0 }
    for (group, pair) in pairs.enumerated() {
      low[group] = pair.low
      high[group] = pair.high
      admit(group, Int(pair.low))
      admit(group, Int(pair.high))
      objective += pairScore(group, Int(pair.low)) + pairScore(group, Int(pair.high))
    }
  }

  /// Starts over from a whole designation.
  mutating func load(_ pairs: [ResourcePair], _ choices: [Int32]) {
    load(pairs)
    for (member, choice) in choices.enumerated() where choice >= 0 { put(member, choice) }
    commit()
  }

  var pairs: [ResourcePair] { (0..<groups).map { ResourcePair(Int(low[$0]), Int(high[$0])) } }

  @inline(__always) func score(_ member: Int, _ resource: Int32) -> Int64 {
    scores[member &* resources &+ Int(resource)]
  }

  @inline(__always) func pairScore(_ group: Int, _ resource: Int) -> Int64 {
    pairScores[group * resources + resource]
  }

  /// Serves a member by another resource, or by none (−1).
  @inline(__always) mutating func put(_ member: Int, _ resource: Int32) {
    let old = choice[member]
    log.append((Int32(truncatingIfNeeded: member), old))
    write(member, old, resource)
  }

  @inline(__always)
  private mutating func write(_ member: Int, _ old: Int32, _ resource: Int32) {
    let amount = amounts[member]
    if old >= 0 {
      free[old] = free[old] &+ amount
      objective &-= score(member, old)
    }
    if resource >= 0 {
      free[resource] = free[resource] &- amount
      objective &+= score(member, resource)
    }
    choice[member] = resource
  }

  /// Keeps what was done since the last commit.
  @inline(__always) mutating func commit() {
    checkInvariants()
    log.removeAll(keepingCapacity: true)
  }

  /// A point in time to roll back to.
  @inline(__always) var mark: Int { log.count }

  /// Takes back all choices made since a mark.
  @inline(__always) mutating func rollBack(to mark: Int) {
    while log.count > mark, let entry = log.popLast() {
      write(Int(entry.member), choice[entry.member], entry.choice)
    }
  }
}

extension MemberState {
  func admit(_ group: Int, _ resource: Int) {
    guests[resource * places + Int(load[resource])] = Int32(group)
    load[resource] += 1
  }

  func dismiss(_ group: Int, _ resource: Int) {
    let first = resource * places
    var place = first
    while guests[place] != Int32(group) { place += 1 }
    load[resource] -= 1
    while place < first + Int(load[resource]) {
      guests[place] = guests[place + 1]
      place += 1
    }
  }

  /// Puts a resource in the place of another in a group's pair. Nobody of the group may be served by
  /// the old one.
  mutating func replace(_ group: Int, _ old: Int, by new: Int) {
    objective += pairScore(group, new) - pairScore(group, old)
    if low[group] == Int32(old) { low[group] = Int32(new) } else { high[group] = Int32(new) }
  }
}
