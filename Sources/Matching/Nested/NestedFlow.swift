/// # Unit uses on nested rows: exact minimum-cost flow by shortest augmenting paths
///
/// **Problem.** Requests r with options o, each of one unit and with score s_o ≥ 0, entering a
/// forest of rows at the option's leaf; row k carries `flow` units to the row above, at most
/// `upper_k`, and earns its penalty π_k for each of the first `lower_k` (a shortfall avoided).
/// Maximise scores plus what is earned; a request may stay unserved.
///
/// **Notation.** p_k is the *potential* of row k, the price of one unit on its way from k to the
/// root (p_root = 0), so that λ_k = p_k − p_parent is the row's own price. u_r ≥ 0 is the profit of
/// request r.
///
/// **Optimality.** Complementary slackness: u_r ≥ s_o − p_leaf(o) for every option, with equality
/// on the chosen one, u_r = 0 where unserved; λ_k ≥ 0 where flow = upper; λ_k = 0 between lower and
/// upper; −π_k ≤ λ_k ≤ 0 at lower; λ_k = −π_k below it. All in integers, so Σ u + Σ (λ ≥ 0 ?
/// λ·upper : λ·lower) − the price form of the certificate − equals the objective.
///
/// **Method.** Requests enter one at a time in canonical order. Each looks for the cheapest way in:
/// a Dijkstra search on reduced costs over rows (the chosen request-row pairs have reduced cost 0,
/// so requests need no node of their own) that ends at the root, at a request that is better
/// dropped, or at the newcomer itself staying out. Potentials are then moved as usual, which keeps
/// all reduced costs ≥ 0, and the path is turned over.
///
/// **Complexity.** O(R · (E + K log K)) for R requests, E options and K rows in the worst case;
/// searches are local on real problems. Memory 12 bytes an option, about 60 a row and 28 a request.
///
/// **Limits.** Flow counts are 32-bit. A leaf that holds very many requests is scanned whole by each
/// search that passes it.
///
/// **Sources.** R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse
/// linear assignment problems", Computing 38 (1987); R. K. Ahuja, T. L. Magnanti, J. B. Orlin,
/// "Network Flows" (1993), chapters 9.7 and 14 (convex arc costs).
struct NestedFlow: ~Copyable {
  let requestCount: Int32
  /// The number of rows, which is also the index of the root.
  let root: Int32

  // The instance.
  let optionStart: Buffer<Int32>
  let leaf: Buffer<Int32>
  let score: Buffer<Int64>
  let parent: Buffer<Int32>
  let topDown: Buffer<Int32>
  let lower: Buffer<Int32>
  let upper: Buffer<Int32>
  let penalty: Buffer<Int64>

  // The state.
  /// The chosen option of each request, −1 where unserved.
  let choice: Buffer<Int32>
  /// u_r, the profit of each request.
  let profit: Buffer<Int64>
  /// p_k, the price from each row to the root.
  let potential: Buffer<Int64>
  /// Units on the way from each row to the row above.
  let flow: Buffer<Int32>
  /// The requests at each leaf, and the rows with flow below each row, as linked lists.
  let tenants: LinkedLists
  let children: LinkedLists

  // The search; see NestedFlow+Search.swift.
  var heap: IndexedHeap
  let distance: Buffer<Int64>
  let entry: Buffer<Int32>
  let entrant: Buffer<Int32>
  let settled: Buffer<Int32>
  var settledCount: Int32 = 0
  var touched: [Int32] = []
  /// Options and arcs looked at so far: the deterministic measure of work.
  var work: Int64 = 0

  /// An empty allocation, at the prices that make it optimal among its kind.
  init(_ instance: NestedInstance) {
    let requests = instance.optionStart.count - 1
    requestCount = Int32(requests)
    root = Int32(instance.rows.count)
    optionStart = Buffer(instance.optionStart)
    leaf = Buffer(instance.leaf)
    score = Buffer(Array(instance.scores))
    parent = Buffer(instance.parent + [-1])
    topDown = Buffer(instance.topDown)
    // No row ever holds more than all requests, so larger bounds mean the same as this one.
    let most = Int64(instance.mostServed) + 1
    lower = Buffer(instance.rows.map { Int32(min($0.lower, $0.upper, most)) })
    upper = Buffer(instance.rows.map { Int32(min($0.upper, most)) })
    penalty = Buffer(instance.rows.map(\.effectivePenalty))
    choice = Buffer(repeating: -1, count: requests)
    profit = Buffer(repeating: 0, count: requests)
    let nodes = instance.rows.count + 1
    potential = Buffer(repeating: 0, count: nodes)
    flow = Buffer(repeating: 0, count: nodes)
    tenants = LinkedLists(lists: nodes, items: requests)
    children = LinkedLists(lists: nodes, items: nodes)
    heap = IndexedHeap(capacity: nodes)
    distance = Buffer(repeating: .max, count: nodes)
    entry = Buffer(repeating: 0, count: nodes)
    entrant = Buffer(repeating: -1, count: nodes)
    settled = Buffer(repeating: 0, count: nodes)
    resetPotentials()
  }

  @inline(__always)
  func options(of request: Int32) -> Range<Int32> {
    optionStart[request]..<optionStart[request &+ 1]
  }

  /// The leaf at which a request is served.
  ///
  /// - Precondition: the request is served.
  @inline(__always)
  func home(of request: Int32) -> Int32 { leaf[choice[request]] }

  /// The cost of sending one more unit from a row to the row above.
  @inline(__always)
  func forwardCost(_ row: Int32) -> Int64 { flow[row] < lower[row] ? -penalty[row] : 0 }

  /// The cost of sending one unit less.
  @inline(__always)
  func backwardCost(_ row: Int32) -> Int64 { flow[row] <= lower[row] ? penalty[row] : 0 }

  /// λ_k, the row's own price.
  @inline(__always)
  func price(_ row: Int32) -> Int64 { potential[row] - potential[parent[row]] }
}

/// What a flow is made for: options of requests, each entering a forest of rows at a leaf.
struct NestedInstance {
  let rows: [Problem.Row]
  let parent: [Int32]
  let topDown: [Int32]
  let optionStart: [Int32]
  let leaf: [Int32]
  let scores: [Int64]
  /// No row ever holds more than this.
  let mostServed: Int
}

extension NestedInstance {
  init(_ problem: Problem, _ forest: RowForest) {
    self.init(
      rows: problem.rows, parent: forest.parent, topDown: forest.topDown,
      optionStart: problem.optionStart, leaf: forest.leaf, scores: Array(problem.scores),
      mostServed: problem.requestCount)
  }
}
