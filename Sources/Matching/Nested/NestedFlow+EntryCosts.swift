extension NestedFlow {
  /// For each row the least total loss of all others when one more unit enters there: the length of
  /// the shortest alternating path from the row to the root or to a request that gives up its place.
  /// `Int64.max` where no unit can enter.
  ///
  /// One Dijkstra search on reduced costs against the arcs, from the root.
  ///
  /// - Complexity: O(E + K log K) time, 8 bytes an option more.
  mutating func entryCosts() -> [Int64] {
    let lengths = ways(to: root, Arrivals(of: self))
    return (0..<root).map { row in
      lengths[Int(row)] == .max ? Int64.max : potential[row] + lengths[Int(row)]
    }
  }

  /// The shortest reduced way from each row to one of them, or to the root; `Int64.max` where there
  /// is none. The root's own length comes last.
  mutating func ways(to target: Int32, _ arrivals: borrowing Arrivals) -> [Int64] {
    approach(target, 0)
    while heap.count > 0 {
      let (row, length) = heap.popMin()
      approachAlongTree(to: row, length, arrivals)
      for index in arrivals.range(of: row) {
        let (option, request) = (arrivals.options[index], arrivals.requests[index])
        guard choice[request] != option else { continue }
        let start = choice[request] < 0 ? root : home(of: request)
        approach(start, length + profit[request] + potential[row] - score[option])
      }
      guard row == root else { continue }
      for request in 0..<requestCount where choice[request] >= 0 {
        approach(home(of: request), length + profit[request])
      }
    }
    return takeDistances()
  }

  /// Notes a shorter length of a row.
  mutating func approach(_ row: Int32, _ length: Int64) {
    guard length < distance[row] else { return }
    distance[row] = length
    heap.push(row, key: length)
  }

  /// The lengths of a search that has ended, and a clean slate.
  func takeDistances() -> [Int64] {
    let lengths = distance.array
    for row in 0...root { distance[row] = .max }
    return lengths
  }

  /// Steps inside the forest that lead to a row: up from a row below, or down from the row above.
  private mutating func approachAlongTree(
    to row: Int32, _ length: Int64, _ arrivals: borrowing Arrivals
  ) {
    for index in arrivals.childRange(of: row) {
      let child = arrivals.children[index]
      if flow[child] < upper[child] { approach(child, length + forwardCost(child) - price(child)) }
    }
    if row != root && flow[row] > 0 {
      approach(parent[row], length + backwardCost(row) + price(row))
    }
  }
}

/// Which options enter each row, and which rows lie below it: the instance seen from its rows.
struct Arrivals: ~Copyable {
  private let start: Buffer<Int32>
  let options: Buffer<Int32>
  let requests: Buffer<Int32>
  private let childStart: Buffer<Int32>
  let children: Buffer<Int32>

  init(of flow: borrowing NestedFlow) {
    let nodes = Int(flow.root) + 1
    start = Buffer(repeating: 0, count: nodes + 1)
    childStart = Buffer(repeating: 0, count: nodes + 1)
    options = Buffer(repeating: 0, count: flow.leaf.count)
    requests = Buffer(repeating: 0, count: flow.leaf.count)
    children = Buffer(repeating: 0, count: nodes)
    for option in 0..<flow.leaf.count { start[flow.leaf[option] + 1] += 1 }
    for row in 0..<flow.root { childStart[flow.parent[row] + 1] += 1 }
    for node in 0..<nodes {
      start[node + 1] += start[node]
      childStart[node + 1] += childStart[node]
    }
    fill(flow)
  }

  private func fill(_ flow: borrowing NestedFlow) {
    let free = Buffer(start.array)
    for request in 0..<flow.requestCount {
      for option in flow.options(of: request) {
        let slot = free[flow.leaf[option]]
        free[flow.leaf[option]] = slot + 1
        options[slot] = option
        requests[slot] = request
      }
    }
    let freeChild = Buffer(childStart.array)
    for row in 0..<flow.root {
      let slot = freeChild[flow.parent[row]]
      freeChild[flow.parent[row]] = slot + 1
      children[slot] = row
    }
  }

  func range(of row: Int32) -> Range<Int32> { start[row]..<start[row + 1] }

  func childRange(of row: Int32) -> Range<Int32> { childStart[row]..<childStart[row + 1] }
}
