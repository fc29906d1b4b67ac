extension TightFace {
  /// Decides in canonical order who is served. Stops where the meter does; the allocation is an
  /// optimal one at any time.
  mutating func decideServed(_ state: inout NestedFlow, _ meter: WorkMeter) {
    for request in 0..<state.requestCount where state.profit[request] == 0 {
      if state.choice[request] >= 0 {
        keep(request, at: state.home(of: request))
      } else if let end = findPlace(for: request, state) {
        turnOver(end, for: request, &state)
      }
      meter.spend(1 + Int(queued))
      if meter.isOver { return }
    }
  }

  /// From now on the request cannot lose its place.
  private func keep(_ request: Int32, at row: Int32) {
    guard isLoose[request] else { return }
    isLoose[request] = false
    loose.remove(request, from: row)
  }

  /// Searches an alternating path from an unserved request; returns the row where it ends.
  private mutating func findPlace(for request: Int32, _ state: borrowing NestedFlow) -> Int32? {
    startSearch()
    defer { work += Int64(queued) }
    if let end = enterOptions(of: request, state) { return end }
    var head: Int32 = 0
    while head < queued {
      let row = queue[head]
      head += 1
      if let end = expandTree(at: row, state) { return end }
      var tenant = state.tenants.first(row)
      while tenant >= 0 {
        if let end = enterOptions(of: tenant, state) { return end }
        tenant = state.tenants.next(tenant)
      }
    }
    for index in 0..<queued { isClosed[queue[index]] = true }
    return nil
  }

  mutating func startSearch() {
    searches += 1
    queued = 0
  }

  private mutating func enterOptions(
    of request: Int32, _ state: borrowing NestedFlow
  ) -> Int32? {
    for option in state.options(of: request) where state.isTight(option, of: request) {
      if reach(state.leaf[option], by: option, request, state) { return state.leaf[option] }
    }
    return nil
  }

  private mutating func expandTree(at row: Int32, _ state: borrowing NestedFlow) -> Int32? {
    let above = state.parent[row]
    if state.flow[row] < most[row], reach(above, by: ~row, -1, state) { return above }
    var child = state.children.first(row)
    while child >= 0 {
      if state.flow[child] > least[child], reach(child, by: ~row, -1, state) { return child }
      child = state.children.next(child)
    }
    return nil
  }

  /// Notes a row and says whether a path may end there.
  private mutating func reach(
    _ row: Int32, by way: Int32, _ request: Int32, _ state: borrowing NestedFlow
  ) -> Bool {
    guard seen[row] != searches, !isClosed[row] else { return false }
    seen[row] = searches
    state.entry[row] = way
    state.entrant[row] = request
    if row == state.root || loose.first(row) >= 0 { return true }
    queue[queued] = row
    queued += 1
    return false
  }

  private func turnOver(_ end: Int32, for newcomer: Int32, _ state: inout NestedFlow) {
    if end != state.root {
      let dropped = lastLoose(at: end)
      keep(dropped, at: end)
      state.leave(dropped)
    }
    walkBack(from: end, to: newcomer, &state)
    checkInvariants(state)
  }

  /// The request at a row that the lottery puts last.
  private func lastLoose(at row: Int32) -> Int32 {
    var last = loose.first(row)
    var next = last
    while next >= 0 {
      last = max(last, next)
      next = loose.next(next)
    }
    return last
  }

  /// As the search's own walk, keeping the lists of loose requests.
  func walkBack(from end: Int32, to newcomer: Int32, _ state: inout NestedFlow) {
    var row = end
    while state.entry[row] < 0 || state.entrant[row] != newcomer {
      let way = state.entry[row]
      if way >= 0 {
        let mover = state.entrant[row]
        if isLoose[mover] {
          loose.remove(mover, from: state.home(of: mover))
          loose.insert(mover, into: row)
        }
        row = state.home(of: mover)
      } else {
        row = ~way
      }
    }
    state.walkBack(from: end, to: newcomer)
  }
}
