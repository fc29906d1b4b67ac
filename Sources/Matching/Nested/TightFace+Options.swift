extension TightFace {
  /// Gives each served request, in canonical order, its first option that the ones before allow. Stops
  /// where the meter does; the allocation is an optimal one at any time.
  mutating func decideOptions(_ state: inout NestedFlow, _ meter: WorkMeter) {
    findComponents(state)
    let size = Int64(state.leaf.count) + Int64(state.requestCount) + Int64(state.root)
    let limit = work + 4 * size + 1_000_000
    for request in 0..<state.requestCount where state.choice[request] >= 0 {
      let before = work
      isFixed[request] = true
      for option in state.options(of: request) where state.isTight(option, of: request) {
        if option == state.choice[request] || move(request, to: option, &state) { break }
      }
      meter.spend(Int(work - before))
      if work > limit || meter.isOver { return }
    }
  }

  private mutating func findComponents(_ state: borrowing NestedFlow) {
    var graph = DirectedGraph()
    for row in 0...state.root {
      state.forEachTightStep(from: row, within: least, most) { graph.add($0) }
      graph.closeNode()
    }
    let (labels, count) = graph.components()
    for (row, label) in labels.enumerated() { component[row] = label }
    componentCount = count
  }

  /// Moves a request to a tight option if others can make room without loss.
  private mutating func move(
    _ request: Int32, to option: Int32, _ state: inout NestedFlow
  ) -> Bool {
    let (start, end) = (state.leaf[option], state.home(of: request))
    if start == end {
      state.leave(request)
      state.settle(request, option)
      return true
    }
    guard component[start] == component[end], hasPath(from: start, to: end, state) else {
      return false
    }
    state.entry[start] = option
    state.entrant[start] = request
    state.walkBack(from: end, to: request)
    return true
  }

  /// Searches inside one component. If it fails, what it has seen becomes a component of its own.
  private mutating func hasPath(
    from start: Int32, to end: Int32, _ state: borrowing NestedFlow
  ) -> Bool {
    startSearch()
    meet(start, by: 0, -1, end, state)
    var head: Int32 = 0
    while head < queued && seen[end] != searches {
      let row = queue[head]
      head += 1
      meetTree(at: row, end, state)
      var tenant = state.tenants.first(row)
      while tenant >= 0 {
        if !isFixed[tenant] { meetOptions(of: tenant, end, state) }
        tenant = state.tenants.next(tenant)
      }
    }
    work += Int64(queued)
    if seen[end] == searches { return true }
    componentCount += 1
    for index in 0..<queued { component[queue[index]] = componentCount }
    return false
  }

  private mutating func meetTree(at row: Int32, _ end: Int32, _ state: borrowing NestedFlow) {
    if row != state.root && state.flow[row] < most[row] {
      meet(state.parent[row], by: ~row, -1, end, state)
    }
    var child = state.children.first(row)
    while child >= 0 {
      if state.flow[child] > least[child] { meet(child, by: ~row, -1, end, state) }
      work += 1
      child = state.children.next(child)
    }
  }

  private mutating func meetOptions(
    of tenant: Int32, _ end: Int32, _ state: borrowing NestedFlow
  ) {
    let options = state.options(of: tenant)
    work += Int64(options.count)
    for option in options where state.isTight(option, of: tenant) {
      meet(state.leaf[option], by: option, tenant, end, state)
    }
  }

  /// Notes a row of the component that was not seen before.
  private mutating func meet(
    _ row: Int32, by way: Int32, _ mover: Int32, _ end: Int32, _ state: borrowing NestedFlow
  ) {
    guard seen[row] != searches, component[row] == component[end] else { return }
    seen[row] = searches
    state.entry[row] = way
    state.entrant[row] = mover
    queue[queued] = row
    queued += 1
  }
}

extension NestedFlow {
  /// Calls back with each row that a unit at this row could go to without loss.
  fileprivate func forEachTightStep(
    from row: Int32, within least: borrowing Buffer<Int32>, _ most: borrowing Buffer<Int32>,
    _ body: (Int32) -> Void
  ) {
    if row != root && flow[row] < most[row] { body(parent[row]) }
    var child = children.first(row)
    while child >= 0 {
      if flow[child] > least[child] { body(child) }
      child = children.next(child)
    }
    var tenant = tenants.first(row)
    while tenant >= 0 {
      for option in options(of: tenant) where isTight(option, of: tenant) { body(leaf[option]) }
      tenant = tenants.next(tenant)
    }
  }
}
