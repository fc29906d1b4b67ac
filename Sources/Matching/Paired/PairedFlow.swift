/// The flow of a problem whose options pair rows of two kinds: source → left row → request → right
/// row → sink. It grows by the best path at a time until none earns anything, and its potentials are
/// the prices that prove it.
///
/// Method: successive shortest paths with potentials (Dijkstra); costs are scores with a minus sign. A
/// row's lower bound is an arc of its own, which earns the penalty.
struct PairedFlow {
  struct Arc {
    let to: Int32
    var left: Int64
    let cost: Int64
  }

  let requestCount: Int
  private let rowCount: Int
  /// Arc a and its reverse a ^ 1.
  private(set) var arcs: [Arc] = []
  private var outgoing: [[Int32]]
  private(set) var potential: [Int64]
  private var distance: [Int64]
  private var arrival: [Int32]
  static let far = Int64.max / 4

  var source: Int { 2 * requestCount + rowCount }
  var sink: Int { source + 1 }
  private func entrance(_ request: Int) -> Int { rowCount + 2 * request }

  init(_ problem: Problem, _ pairing: RowPairing) {
    requestCount = problem.requestCount
    rowCount = problem.rowCount
    let nodes = 2 * requestCount + rowCount + 2
    outgoing = [[Int32]](repeating: [], count: nodes)
    potential = [Int64](repeating: Self.far, count: nodes)
    distance = potential
    arrival = [Int32](repeating: -1, count: nodes)
    for row in Set(pairing.left.rows).sorted() {
      addRow(problem.rows[Int(row)], from: source, to: Int(row))
    }
    for row in Set(pairing.right.rows).sorted() {
      addRow(problem.rows[Int(row)], from: Int(row), to: sink)
    }
    for request in 0..<requestCount { addRequest(request, pairing) }
    beginPotentials(pairing)
  }

  private mutating func addArc(_ from: Int, _ to: Int, _ capacity: Int64, cost: Int64) {
    guard capacity > 0 else { return }
    outgoing[from].append(Int32(arcs.count))
    arcs.append(Arc(to: Int32(to), left: capacity, cost: cost))
    outgoing[to].append(Int32(arcs.count))
    arcs.append(Arc(to: Int32(from), left: 0, cost: -cost))
  }

  private mutating func addRow(_ row: Problem.Row, from: Int, to: Int) {
    let wished = min(row.lower, row.upper)
    addArc(from, to, wished, cost: -row.penalty)
    addArc(from, to, row.upper - wished, cost: 0)
  }

  private mutating func addRequest(_ request: Int, _ pairing: RowPairing) {
    let entrance = entrance(request)
    for index in pairing.left.range(request) {
      addArc(Int(pairing.left.rows[index]), entrance, 1, cost: -pairing.left.worth[index])
    }
    addArc(entrance, entrance + 1, 1, cost: 0)
    for index in pairing.right.range(request) {
      addArc(entrance + 1, Int(pairing.right.rows[index]), 1, cost: -pairing.right.worth[index])
    }
  }

  /// Distances from the source in the empty flow, which has no rings. Who is not reached never is.
  private mutating func beginPotentials(_ pairing: RowPairing) {
    potential[source] = 0
    relax(source)
    for row in Set(pairing.left.rows) { relax(Int(row)) }
    for request in 0..<requestCount {
      relax(entrance(request))
      relax(entrance(request) + 1)
    }
    for row in Set(pairing.right.rows) { relax(Int(row)) }
  }

  private mutating func relax(_ node: Int) {
    guard potential[node] < Self.far else { return }
    for index in outgoing[node] where arcs[Int(index)].left > 0 {
      let arc = arcs[Int(index)]
      potential[Int(arc.to)] = min(potential[Int(arc.to)], potential[node] + arc.cost)
    }
  }

  /// Serves requests while that costs nothing.
  mutating func serveAll(_ meter: WorkMeter) {
    guard potential[sink] < Self.far else { return }
    while !meter.isOver {
      search(meter)
      guard distance[sink] < Self.far, potential[sink] + distance[sink] <= 0 else { break }
      raisePotentials(by: distance[sink])
      push()
      checkStep()
    }
    // At the end source and sink are level: one more unit would earn nothing.
    raisePotentials(by: -potential[sink])
    // What was stopped has not searched since its last step.
    if !meter.isOver { checkInvariants() }
  }

  /// Shortest distances from the source at the potentials, as far as the sink.
  private mutating func search(_ meter: WorkMeter) {
    for node in distance.indices { distance[node] = Self.far }
    distance[source] = 0
    var heap = KeyedHeap()
    heap.push(Int32(source), key: .max)
    while let entry = heap.max {
      heap.popMax()
      let node = Int(entry.item)
      guard UInt64.max - entry.key == UInt64(distance[node]) else { continue }
      if node == sink { return }
      meter.spend(outgoing[node].count)
      for index in outgoing[node] where arcs[Int(index)].left > 0 {
        let arc = arcs[Int(index)]
        let next = Int(arc.to)
        let length = distance[node] + arc.cost + potential[node] - potential[next]
        guard length < distance[next] else { continue }
        distance[next] = length
        arrival[next] = index
        heap.push(arc.to, key: UInt64.max - UInt64(length))
      }
    }
  }

  private mutating func raisePotentials(by limit: Int64) {
    for node in potential.indices where potential[node] < Self.far {
      potential[node] += min(distance[node], limit)
    }
  }

  private mutating func push() {
    var node = sink
    while node != source {
      let index = Int(arrival[node])
      arcs[index].left -= 1
      arcs[index ^ 1].left += 1
      node = Int(arcs[index ^ 1].to)
    }
  }

  /// The option that each request has, or −1.
  func chosen(_ pairing: RowPairing) -> [Int32] {
    (0..<requestCount).map { request in
      let entrance = entrance(request)
      // Reverse arcs of the one end, arcs of the other, hold what flows.
      let from = outgoing[entrance].first { $0 & 1 == 1 && arcs[Int($0)].left > 0 }
      let to = outgoing[entrance + 1].first { $0 & 1 == 0 && arcs[Int($0)].left == 0 }
      guard let from, let to else { return -1 }
      let (left, right) = (arcs[Int(from)].to, arcs[Int(to)].to)
      guard
        let leftPlace = pairing.left.range(request).firstIndex(where: {
          pairing.left.rows[$0] == left
        }),
        let rightPlace = pairing.right.range(request).firstIndex(where: {
          pairing.right.rows[$0] == right
        })
      else { return -1 }
      return pairing.option(
        of: request, leftPlace - pairing.left.range(request).lowerBound,
        rightPlace - pairing.right.range(request).lowerBound)
    }
  }

  /// λ_k of every row.
  func rowPrices(_ problem: Problem, _ pairing: RowPairing) -> [Int64] {
    var prices = problem.rows.map { $0.lower > 0 ? -$0.penalty : 0 }
    for row in Set(pairing.left.rows) where potential[Int(row)] < Self.far {
      prices[Int(row)] = max(prices[Int(row)], potential[Int(row)])
    }
    for row in Set(pairing.right.rows) where potential[Int(row)] < Self.far {
      prices[Int(row)] = max(prices[Int(row)], -potential[Int(row)])
    }
    raiseEmptyRows(&prices, problem)
    return prices
  }

  /// A row that holds nothing costs nothing at any price: it is priced so that nobody wants it.
  private func raiseEmptyRows(_ prices: inout [Int64], _ problem: Problem) {
    for option in 0..<problem.optionCount {
      let uses = problem.useRange(of: option)
      guard
        let empty = uses.map({ Int(problem.useRows[$0]) }).first(where: {
          problem.rows[$0].upper == 0
        })
      else { continue }
      let others = uses.map { Int(problem.useRows[$0]) }.filter { $0 != empty }
      let rest = others.reduce(problem.scores[option]) { $0 - prices[$1] }
      prices[empty] = max(prices[empty], rest)
    }
  }
}
