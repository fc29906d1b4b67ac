extension AssignmentFloor {
  /// Stops a debug build where a request just seated and its resource disagree.
  @inline(__always)
  func checkInvariants(seatOf request: Int) {
    assert(
      seat[request] >= 0
        && tenant[Int(slotStart[Int(seat[request])] &+ place[request])] == Int32(request),
      "the resource does not list its tenant")
    checkInvariants(slotsOf: Int(seat[request]))
  }

  /// Stops a debug build where a resource that has just changed lists others than its tenants. Those
  /// of many units are not walked at every step, which would make debug builds quadratic.
  @inline(__always)
  func checkInvariants(slotsOf index: Int) {
    assert(load[index] >= 0 && load[index] <= capacity[index], "load of resource \(index)")
    assert(load[index] > 16 || hasSoundSlots(index), "tenant of resource \(index)")
  }

  private func hasSoundSlots(_ index: Int) -> Bool {
    slots(of: index).enumerated().allSatisfy { position, slot in
      let request = Int(tenant[slot])
      return seat[request] == Int32(index) && place[request] == Int32(position)
    }
  }

  /// Stops a debug build where the state is not an optimal allocation with its proof; does nothing
  /// in a release build.
  func checkInvariants() {
    assert(fault() == nil, fault() ?? "")
  }

  private func fault() -> String? { tenancyFault() ?? slacknessFault() }

  private func tenancyFault() -> String? {
    var seated = 0
    for index in 0..<resourceCount {
      if load[index] < 0 || load[index] > capacity[index] { return "load of resource \(index)" }
      for (position, slot) in slots(of: index).enumerated() {
        let request = Int(tenant[slot])
        guard seat[request] == Int32(index), place[request] == Int32(position) else {
          return "tenant of resource \(index)"
        }
      }
      seated += Int(load[index])
    }
    let held = (0..<requestCount).count { seat[$0] >= 0 }
    return held == seated ? nil : "seated requests that no resource lists"
  }

  private func slacknessFault() -> String? {
    for index in 0..<resourceCount where price[index] < 0 || (price[index] > 0 && !isFull(index)) {
      return "price of resource \(index)"
    }
    for request in 0..<requestCount {
      var best: Score = 0
      var own: Score = seat[request] < 0 ? 0 : Score.lowest
      for option in options(of: request) {
        let value = score[option] - price[Int(resource[option])]
        best = max(best, value)
        if resource[option] == seat[request] { own = max(own, value) }
      }
      if profit[request] != best || own != best { return "profit of request \(request)" }
    }
    return nil
  }
}
