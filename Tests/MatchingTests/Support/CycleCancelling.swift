import Matching
import MatchingSupport

/// A second way to the optimum of unit uses on nested rows: cancel negative cycles, found by
/// Bellman–Ford, in a plain residual graph. Slow, simple, and without anything in common with the
/// engine.
struct CycleCancelling {
  private struct Arc {
    let from: Int
    let to: Int
    var room: Int64
    let cost: Int64
  }

  /// Arcs in pairs: the partner of arc i is i ^ 1.
  private var arcs: [Arc] = []
  private let nodeCount: Int

  /// - Parameter above: the row over each row, or `nil` at the top; options name their rows from
  ///   the lowest up.
  init(_ draft: Draft, above: [Int?]) {
    let (source, sink) = (
      draft.requests.count + draft.rows.count, draft.requests.count + draft.rows.count + 1
    )
    let first = draft.requests.count
    nodeCount = sink + 1
    add(sink, source, Int64(draft.requests.count), 0)
    for (request, value) in draft.requests.enumerated() {
      add(source, request, 1, 0)
      for option in value.options {
        add(request, option.uses.first.map { first + $0.row } ?? sink, 1, -option.score)
      }
    }
    for (row, value) in draft.rows.enumerated() {
      let target = above[row].map { first + $0 } ?? sink
      add(first + row, target, min(value.lower, value.upper), -value.penalty)
      add(first + row, target, max(0, value.upper - value.lower), 0)
    }
  }

  private mutating func add(_ from: Int, _ to: Int, _ room: Int64, _ cost: Int64) {
    arcs.append(Arc(from: from, to: to, room: room, cost: cost))
    arcs.append(Arc(from: to, to: from, room: 0, cost: -cost))
  }

  /// What the best allocation gains over the empty one.
  mutating func bestGain() -> Int64 {
    var gain: Int64 = 0
    while let cycle = negativeCycle() {
      let room = cycle.map { arcs[$0].room }.min() ?? 0
      for arc in cycle {
        arcs[arc].room -= room
        arcs[arc ^ 1].room += room
        gain -= room * arcs[arc].cost
      }
    }
    return gain
  }

  private func negativeCycle() -> [Int]? {
    var distance = [Int64](repeating: 0, count: nodeCount)
    var via = [Int?](repeating: nil, count: nodeCount)
    var last: Int?
    for _ in 0..<nodeCount {
      last = nil
      for (index, arc) in arcs.enumerated()
      where arc.room > 0 && distance[arc.from] + arc.cost < distance[arc.to] {
        distance[arc.to] = distance[arc.from] + arc.cost
        via[arc.to] = index
        last = arc.to
      }
      if last == nil { return nil }
    }
    guard var node = last else { return nil }
    for _ in 0..<nodeCount { node = via[node].map { arcs[$0].from } ?? node }
    var cycle: [Int] = []
    var current = node
    repeat {
      guard let arc = via[current] else { return nil }
      cycle.append(arc)
      current = arcs[arc].from
    } while current != node
    return cycle
  }
}
