extension MemberState {
  /// Checks the members whose choice changed since the last commit; does nothing in release builds.
  @inline(__always)
  func checkInvariants() {
    assert(log.allSatisfy { isSound(Int($0.member)) }, "a member's choice")
  }

  private func isSound(_ member: Int) -> Bool {
    let resource = choice[member]
    guard resource >= 0 else { return true }
    let group = groupOf[member]
    return (resource == low[group] || resource == high[group]) && score(member, resource) > 0
      && free[resource] >= 0
  }

  /// Checks in debug builds that everything kept along the way equals a recount.
  func checkInvariants(_ problem: borrowing DesignationProblem) {
    #if DEBUG
      var use = [Int64](repeating: 0, count: resources)
      var total: Int64 = 0
      for group in 0..<groups {
        assert(low[group] != high[group], "a group has two different resources")
        total += pairScore(group, Int(low[group])) + pairScore(group, Int(high[group]))
      }
      for member in 0..<choice.count where choice[member] >= 0 {
        let resource = choice[member]
        let group = groupOf[member]
        assert(resource == low[group] || resource == high[group], "served by its group's pair")
        assert(score(member, resource) > 0, "served by a resource that does not refuse")
        use[Int(resource)] += amounts[member]
        total += score(member, resource)
      }
      for resource in 0..<resources {
        assert(free[resource] >= 0, "within capacity")
        assert(free[resource] == problem.capacities[resource] - use[resource], "free units")
        assert(load[resource] <= problem.groupLimits[resource], "within the limit of groups")
      }
      assert(total == objective, "objective")
    #endif
  }
}
