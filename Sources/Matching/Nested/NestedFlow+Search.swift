extension NestedFlow {
  /// Where the way of a newcomer ends.
  enum Goal {
    /// The newcomer stays out.
    case unserved
    /// A unit more reaches the root.
    case root
    /// A request gives up its place.
    case dropped(Int32)
  }

  /// Serves the requests one after another, until the meter is over. Requests not reached stay
  /// unserved, and their profits are what the prices say.
  mutating func serveAll(_ meter: WorkMeter) {
    for request in 0..<requestCount {
      let before = work
      insert(request)
      meter.spend(Int(work - before))
      if meter.isOver { return }
    }
  }

  /// Finds the best allocation that may also serve this request.
  mutating func insert(_ request: Int32) {
    let margin = bestMargin(of: request)
    guard margin > 0 else { return }
    profit[request] = margin
    var (goal, limit) = (Goal.unserved, margin)
    relaxOptions(of: request, at: 0, &goal, &limit)
    while let key = heap.minKey, key < limit {
      let row = heap.popMin().item
      settled[settledCount] = row
      settledCount += 1
      relaxTree(at: row, key, &goal, &limit)
      relaxTenants(of: row, key, &goal, &limit)
    }
    movePrices(by: limit)
    profit[request] = profit[request] - limit
    turnOver(goal, for: request)
    forgetSearch()
    checkFlow()
  }

  /// What the request would gain at the present prices: max(0, best score − potential).
  func bestMargin(of request: Int32) -> Int64 {
    var best: Int64 = 0
    for option in options(of: request) {
      best = max(best, score[option] &- potential[leaf[option]])
    }
    return best
  }

  /// Looks at every row that the request could enter.
  @inline(__always)
  private mutating func relaxOptions(
    of request: Int32, at base: Int64, _ goal: inout Goal, _ limit: inout Int64
  ) {
    let range = options(of: request)
    work &+= Int64(range.count)
    let start = base &+ profit[request]
    for option in range {
      let row = leaf[option]
      let reach = start &+ potential[row] &- score[option]
      if reach <= limit { enter(row, reach, option, request, &goal, &limit) }
    }
  }

  /// Looks at the row above, and at the rows below that could give a unit back.
  private mutating func relaxTree(
    at row: Int32, _ base: Int64, _ goal: inout Goal, _ limit: inout Int64
  ) {
    work &+= 1
    if flow[row] < upper[row] {
      let reach = base &+ forwardCost(row) &- price(row)
      if reach <= limit { enter(parent[row], reach, ~row, -1, &goal, &limit) }
    }
    var child = children.first(row)
    while child >= 0 {
      let reach = base &+ backwardCost(child) &+ price(child)
      if reach < limit { enter(child, reach, ~row, -1, &goal, &limit) }
      work &+= 1
      child = children.next(child)
    }
  }

  /// Looks at what the requests served at this row could do instead, or at dropping them.
  private mutating func relaxTenants(
    of row: Int32, _ base: Int64, _ goal: inout Goal, _ limit: inout Int64
  ) {
    var tenant = tenants.first(row)
    while tenant >= 0 {
      if base &+ profit[tenant] < limit {
        limit = base &+ profit[tenant]
        goal = .dropped(tenant)
      }
      relaxOptions(of: tenant, at: base, &goal, &limit)
      tenant = tenants.next(tenant)
    }
  }

  /// Notes a way to a row, if it is the shortest so far. The root ends the search; among equally
  /// long ways one to the root is best, because it drops no one.
  ///
  /// - Parameter way: the option by which `request` enters, or `~row` for a step inside the forest.
  @inline(__always)
  private mutating func enter(
    _ row: Int32, _ reach: Int64, _ way: Int32, _ request: Int32,
    _ goal: inout Goal, _ limit: inout Int64
  ) {
    if row == root {
      if case .root = goal, reach == limit { return }
      (goal, limit) = (.root, reach)
    } else {
      guard reach < distance[row], reach < limit else { return }
      if distance[row] == .max { touched.append(row) }
      distance[row] = reach
      heap.push(row, key: reach)
    }
    entry[row] = way
    entrant[row] = request
  }

  /// Rows nearer than the goal become dearer by the difference, which makes the way to it tight.
  private mutating func movePrices(by limit: Int64) {
    for index in 0..<settledCount {
      let row = settled[index]
      let rise = limit &- distance[row]
      potential[row] = potential[row] &+ rise
      var tenant = tenants.first(row)
      while tenant >= 0 {
        profit[tenant] = profit[tenant] &- rise
        tenant = tenants.next(tenant)
      }
    }
  }

  private mutating func forgetSearch() {
    for row in touched { distance[row] = .max }
    touched.removeAll(keepingCapacity: true)
    settledCount = 0
    heap.removeAll()
  }
}
