/// A directed graph as adjacency arrays, filled node by node.
struct DirectedGraph {
  private var start: [Int32] = [0]
  private var targets: [Int32] = []

  /// Adds an arc from the node being filled.
  mutating func add(_ target: Int32) { targets.append(target) }

  /// Ends the node being filled and begins the next one.
  mutating func closeNode() { start.append(Int32(targets.count)) }

  private var nodeCount: Int { start.count - 1 }

  /// Numbers the strongly connected components: label of each node, and the number of components.
  ///
  /// - Complexity: O(nodes + arcs).
  /// - Source: R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Computing 1
  ///   (1972), with an explicit stack, since chains may be as long as the graph.
  func components() -> (labels: [Int32], count: Int32) {
    var walk = Walk(nodeCount: nodeCount, start: start)
    for root in 0..<Int32(nodeCount) where walk.order[Int(root)] == 0 {
      walk.open(root)
      while let node = walk.path.last {
        if walk.next[Int(node)] < start[Int(node) + 1] {
          let target = targets[Int(walk.next[Int(node)])]
          walk.next[Int(node)] += 1
          walk.look(at: target, from: node)
        } else {
          walk.close(node)
        }
      }
    }
    return (walk.label, walk.labelCount)
  }

  /// The state of Tarjan's walk.
  private struct Walk {
    var order: [Int32]
    var low: [Int32]
    var next: [Int32]
    var label: [Int32]
    var path: [Int32] = []
    var open: [Int32] = []
    var clock: Int32 = 0
    var labelCount: Int32 = 0

    init(nodeCount: Int, start: [Int32]) {
      order = [Int32](repeating: 0, count: nodeCount)
      low = order
      next = Array(start.dropLast())
      label = [Int32](repeating: -1, count: nodeCount)
    }

    mutating func open(_ node: Int32) {
      clock += 1
      order[Int(node)] = clock
      low[Int(node)] = clock
      path.append(node)
      open.append(node)
    }

    mutating func look(at target: Int32, from node: Int32) {
      if order[Int(target)] == 0 {
        open(target)
      } else if label[Int(target)] < 0 {
        low[Int(node)] = min(low[Int(node)], order[Int(target)])
      }
    }

    mutating func close(_ node: Int32) {
      path.removeLast()
      if let above = path.last { low[Int(above)] = min(low[Int(above)], low[Int(node)]) }
      guard low[Int(node)] == order[Int(node)] else { return }
      while let member = open.popLast() {
        label[Int(member)] = labelCount
        if member == node { break }
      }
      labelCount += 1
    }
  }
}
