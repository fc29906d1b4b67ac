@testable import Allocation

/// The best total score of a techvp problem by the plainest method there is: a flow network from
/// requests over experts and universities to a sink, augmented along the longest path that
/// Bellman–Ford finds until no path gains. Shares nothing with the engine.
struct BellmanFordFlow {
  private struct Edge {
    let to: Int
    var capacity: Int
    let gain: Int64
  }

  private var edges: [Edge] = []
  private var outgoing: [[Int]] = []
  private let source = 0
  private let sink = 1

  init(_ problem: RoundProblem) {
    outgoing = Array(repeating: [], count: 2 + problem.requests.count + problem.rows.count)
    let firstRow = 2 + problem.requests.count
    var node: [String: Int] = [:]
    var parent: [Int: Int] = [:]
    for (index, row) in problem.rows.enumerated() { node[row.name] = firstRow + index }
    for (index, request) in problem.requests.enumerated() {
      connect(source, 2 + index, 1, 0)
      for option in request.options {
        let chain = option.uses.compactMap { node[$0.row] }
        connect(2 + index, chain[0], 1, option.score)
        for (inner, outer) in zip(chain, chain.dropFirst()) { parent[inner] = outer }
      }
    }
    for (index, row) in problem.rows.enumerated() {
      connect(firstRow + index, parent[firstRow + index] ?? sink, Int(row.upper), 0)
    }
  }

  private mutating func connect(_ from: Int, _ to: Int, _ capacity: Int, _ gain: Int64) {
    outgoing[from].append(edges.count)
    edges.append(Edge(to: to, capacity: capacity, gain: gain))
    outgoing[to].append(edges.count)
    edges.append(Edge(to: from, capacity: 0, gain: -gain))
  }

  func bestScore() -> Int64 {
    var network = self
    var total: Int64 = 0
    while let gain = network.augment(), gain > 0 { total += gain }
    return total
  }

  private mutating func augment() -> Int64? {
    var best = [Int64?](repeating: nil, count: outgoing.count)
    var arrivedBy = [Int](repeating: -1, count: outgoing.count)
    best[source] = 0
    var queue = [source]
    var isQueued = [Bool](repeating: false, count: outgoing.count)
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      isQueued[node] = false
      guard let reached = best[node] else { continue }
      for index in outgoing[node] where edges[index].capacity > 0 {
        let edge = edges[index]
        if let known = best[edge.to], known >= reached + edge.gain { continue }
        best[edge.to] = reached + edge.gain
        arrivedBy[edge.to] = index
        if !isQueued[edge.to] {
          isQueued[edge.to] = true
          queue.append(edge.to)
        }
      }
    }
    guard let gain = best[sink], gain > 0 else { return nil }
    var node = sink
    while node != source {
      let index = arrivedBy[node]
      edges[index].capacity -= 1
      edges[index ^ 1].capacity += 1
      node = edges[index ^ 1].to
    }
    return gain
  }
}
