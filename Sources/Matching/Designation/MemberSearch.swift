/// Annealing over who is served by which of the two resources of its group, and over pairs.
///
/// **Moves.** A member goes to one of its two resources. Where it does not fit, one or two members
/// are turned out, from a random start the first that free enough; they go to their other resource
/// if they fit there. What the moves left free is refilled with the best unserved member that fits.
/// A pair move gives a group another resource, or exchanges one with another group; the members
/// follow or find a place, and both resources are refilled.
///
/// **Acceptance.** Metropolis; a refused move is taken back from the log. All in exact integers.
///
/// **Complexity.** A member move looks at up to ``scanLimit`` members of a resource a few times.
struct MemberSearch: ~Copyable {
  var state: MemberState
  private(set) var bestObjective = Int64.min
  private(set) var bestPairs: [ResourcePair] = []
  private(set) var bestChoices: [Int32] = []
  var random: SeededRandom
  /// Steps done since the meter was last told.
  var steps = 0

  private static let scanLimit = 48

  init(_ tables: borrowing DesignationTables, seed: UInt64) {
    state = MemberState(tables)
    random = SeededRandom(seed: seed)
  }

  /// Starts from pairs, serving members greedily by what they add at the prices for each unit.
  mutating func start(_ pairs: [ResourcePair], prices: [Float]) {
    state.load(pairs)
    var offers: [(margin: Float, member: Int32, resource: Int32)] = []
    for member in 0..<state.choice.count {
      let group = Int(state.groupOf[member])
      for resource in [state.low[group], state.high[group]] where state.score(member, resource) > 0
      {
        let amount = Float(state.amounts[member])
        let margin = Float(state.score(member, resource)) - prices[Int(resource)] * amount
        offers.append((margin / max(amount, 1), Int32(member), resource))
      }
    }
    offers.sort { ($1.margin, $0.member, $0.resource) < ($0.margin, $1.member, $1.resource) }
    for offer in offers where state.choice[offer.member] < 0 {
      if state.amounts[offer.member] <= state.free[offer.resource] {
        state.put(Int(offer.member), offer.resource)
      }
    }
    state.commit()
    keepIfBest()
  }

  /// Continues from the best designation so far.
  mutating func restart() { state.load(bestPairs, bestChoices) }

  /// Starts from a whole designation.
  mutating func start(_ pairs: [ResourcePair], choices: [Int32]) {
    state.load(pairs, choices)
    keepIfBest()
  }

  /// Notes the state where it is the best so far.
  mutating func keepIfBest() {
    guard state.objective > bestObjective else { return }
    bestObjective = state.objective
    bestPairs = state.pairs
    bestChoices = state.choice.array
  }

  /// Anneals for a number of moves while the temperature falls from `hot` to `cold` points.
  ///
  /// - Parameter pairMoves: how many of 1,000 moves change pairs.
  mutating func anneal(
    moves: Int, hot: Double, cold: Double, pairMoves: Int,
    _ candidates: PairCandidates, _ meter: inout StepMeter
  ) {
    guard state.choice.count > 0 || pairMoves > 0 else { return }
    let batch = 512
    let cooling = Cooling(from: hot, to: cold, rounds: moves / batch)
    var temperature = hot
    var tried = 0
    while tried < moves && !meter.isOver {
      for _ in 0..<batch {
        if pairMoves > 0, random.below(1000) < pairMoves {
          tryPairMove(temperature, candidates)
        } else if state.choice.count > 0 {
          tryMemberMove(temperature)
        }
      }
      tried += batch
      temperature *= cooling.factor
      meter.spend(steps)
      steps = 0
    }
  }
}

extension MemberSearch {
  /// Sends a random member to one of its resources.
  private mutating func tryMemberMove(_ temperature: Double) {
    move(random.below(state.choice.count), temperature)
    if state.mark > 0 {
      state.commit()
      keepIfBest()
    }
  }

  /// Sends a member to one of its resources, and takes that back where it loses too much.
  mutating func move(_ member: Int, _ temperature: Double) {
    steps += 4
    let group = Int(state.groupOf[member])
    let old = state.choice[member]
    let target = random.next() & 1 == 0 ? state.low[group] : state.high[group]
    guard target != old, state.score(member, target) > 0 else { return }
    let (before, mark) = (state.objective, state.mark)
    state.put(member, target)
    if state.free[target] < 0 {
      turnOut(of: target, except: member)
      guard state.free[target] >= 0 else { return state.rollBack(to: mark) }
    }
    if old >= 0 { refill(old) }
    if state.free[target] > 0 { refill(target) }
    let loss = Double(before - state.objective)
    if loss > 0 && loss > temperature * random.tolerance() { state.rollBack(to: mark) }
  }

  /// Turns out members of an overfull resource: the first of a random start that frees enough alone,
  /// else up to two whatever they free.
  private mutating func turnOut(of resource: Int32, except guest: Int) {
    for _ in 0..<2 where state.free[resource] < 0 {
      guard let leaver = findLeaver(resource, except: guest) else { return }
      let group = Int(state.groupOf[leaver])
      let other = state.low[group] == resource ? state.high[group] : state.low[group]
      let fits =
        state.score(leaver, other) > 0 && state.amounts[leaver] <= state.free[other]
      state.put(leaver, fits ? other : -1)
    }
  }

  private mutating func findLeaver(_ resource: Int32, except guest: Int) -> Int? {
    let needed = -state.free[resource]
    var fallback: Int?
    let count = Int(state.load[resource])
    guard count > 0 else { return nil }
    let firstGroup = random.below(count)
    let start = random.next()
    for turn in 0..<count {
      let place = firstGroup + turn < count ? firstGroup + turn : firstGroup + turn - count
      let range = members(of: resource, place, start)
      for index in 0..<range.count {
        let member = range.member(index)
        guard state.choice[member] == resource, member != guest else { continue }
        if state.amounts[member] >= needed { return note(index, member) }
        if fallback == nil { fallback = member }
      }
      steps += range.count
    }
    return fallback
  }

  @inline(__always)
  private mutating func note(_ index: Int, _ member: Int) -> Int {
    steps += index
    return member
  }

  /// Serves the best unserved member that fits into what a resource has left.
  mutating func refill(_ resource: Int32) {
    let space = state.free[resource]
    guard space > 0 else { return }
    var best = -1
    var bestScore: Int64 = 0
    let start = random.next()
    for place in 0..<Int(state.load[resource]) {
      let range = members(of: resource, place, start)
      for index in 0..<min(range.count, MemberSearch.scanLimit) {
        let member = range.member(index)
        guard state.choice[member] < 0, state.amounts[member] <= space else { continue }
        let score = state.score(member, resource)
        if score > bestScore { (best, bestScore) = (member, score) }
      }
      steps += min(range.count, MemberSearch.scanLimit)
    }
    if best >= 0 { state.put(best, resource) }
  }

  /// The members of a group, from a random one on and around.
  struct Ring {
    let first: Int
    let count: Int
    let offset: Int

    @inline(__always) func member(_ index: Int) -> Int {
      let place = index &+ offset
      return first &+ (place < count ? place : place &- count)
    }
  }

  @inline(__always)
  func members(of resource: Int32, _ place: Int, _ random: UInt64) -> Ring {
    let group = Int(state.guests[Int(resource) &* state.places &+ place])
    let first = Int(state.memberStart[group])
    let count = Int(state.memberStart[group + 1]) - first
    let offset = Int(((random >> 32) &* UInt64(truncatingIfNeeded: count)) >> 32)
    return Ring(first: first, count: count, offset: offset)
  }
}
