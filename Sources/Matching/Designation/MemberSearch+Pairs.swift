extension MemberSearch {
  /// Gives a group another resource, alone or in exchange with another group, lets the members
  /// follow, and takes all back where it loses too much.
  mutating func tryPairMove(_ temperature: Double, _ candidates: PairCandidates) {
    steps += 4
    guard let move = candidates.draw(state.low, state.high, state.load, state.guests, &random)
    else { return }
    let before = state.objective
    leave(move.group, move.old)
    if move.partner >= 0 { leave(move.partner, move.new) }
    shift(move)
    for resource in [move.new, move.old] { fill(Int32(resource)) }
    polish(move.group)
    if move.partner >= 0 { polish(move.partner) }
    let loss = Double(before - state.objective)
    if loss > 0 && loss > temperature * random.tolerance() {
      state.rollBack(to: 0)
      shift(PairMove(group: move.group, old: move.new, new: move.old, partner: move.partner))
    } else {
      state.commit()
      keepIfBest()
    }
  }

  /// Exchanges places of resources; nobody may be served by those that change hands.
  private mutating func shift(_ move: PairMove) {
    state.dismiss(move.group, move.old)
    if move.partner >= 0 {
      state.dismiss(move.partner, move.new)
      state.admit(move.partner, move.old)
      state.replace(move.partner, move.new, by: move.old)
    }
    state.admit(move.group, move.new)
    state.replace(move.group, move.old, by: move.new)
  }

  /// Serves no member of a group by a resource any more.
  private mutating func leave(_ group: Int, _ resource: Int) {
    let range = Int(state.memberStart[group])..<Int(state.memberStart[group + 1])
    for member in range where state.choice[member] == Int32(resource) { state.put(member, -1) }
    steps += range.count
  }

  /// Serves unserved members by what a resource has left, best score for each unit first.
  private mutating func fill(_ resource: Int32) {
    var offers: [(density: Double, member: Int)] = []
    for place in 0..<Int(state.load[resource]) {
      let group = Int(state.guests[Int(resource) * state.places + place])
      for member in Int(state.memberStart[group])..<Int(state.memberStart[group + 1])
      where state.choice[member] < 0 && state.score(member, resource) > 0 {
        let score = Double(state.score(member, resource))
        offers.append((score / Double(max(1, state.amounts[member])), member))
      }
    }
    offers.sort { ($1.density, $0.member) < ($0.density, $1.member) }
    for offer in offers where state.amounts[offer.member] <= state.free[resource] {
      state.put(offer.member, resource)
    }
    steps += offers.count * 8
  }

  /// Improves the members of a group by a few moves that never lose.
  private mutating func polish(_ group: Int) {
    let first = Int(state.memberStart[group])
    let count = Int(state.memberStart[group + 1]) - first
    guard count > 0 else { return }
    for _ in 0..<min(2 * count, 64) { move(first + random.below(count), 0) }
  }
}
