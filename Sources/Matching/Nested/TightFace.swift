/// # Ties by lottery on the optimal face
///
/// **Problem.** Given one optimal allocation with its prices, find the optimal allocation whose
/// served requests, taken in canonical order, are lexicographically best, and in which then each
/// request in turn has its first option.
///
/// **Method.** By complementary slackness the optimal allocations are exactly the flows on *tight*
/// options (u_r + p_leaf = s_o) whose row flows stay in the range that the row's price leaves open,
/// and that serve every request of positive profit. Requests are decided in turn: can this one be
/// served as well, keeping what was decided before? That is one search for an alternating path to
/// the root or to a later request of profit 0. What a failed search has seen can never lead anywhere
/// again, so it is closed for good. Then options: a better one is possible if and only if a path
/// leads from its leaf back to the present leaf, hence only inside one strongly connected component;
/// a failed search splits its component.
///
/// **Complexity.** Failed searches O(E) in all for the first part; a successful one O(E). Components
/// O(E). The second part counts its steps and stops refining after `4 · (E + R + K) + 10⁶` of them,
/// which only problems with very many equal scores reach; the answer is optimal and repeatable
/// there too.
///
/// **Result.** It depends on the problem and the prices only through the optimal face, so every
/// exact algorithm ends with the same served requests.
struct TightFace: ~Copyable {
  /// Least and most flow of each row among optimal allocations.
  let least: Buffer<Int32>
  let most: Buffer<Int32>
  /// The component of each row; rows of different components are never exchanged.
  let component: Buffer<Int32>
  /// Rows that no search need enter again.
  let isClosed: Buffer<Bool>
  /// Requests that may still lose their place, by leaf.
  let loose: LinkedLists
  let isLoose: Buffer<Bool>
  /// Requests whose option is decided.
  let isFixed: Buffer<Bool>

  // The search; the ways it notes are kept in the flow's own buffers.
  let seen: Buffer<Int32>
  let queue: Buffer<Int32>
  var componentCount: Int32 = 0
  var searches: Int32 = 0
  var queued: Int32 = 0
  var work: Int64 = 0

  init(of state: borrowing NestedFlow) {
    let nodes = Int(state.root) + 1
    least = Buffer(repeating: 0, count: nodes)
    most = Buffer(repeating: .max, count: nodes)
    component = Buffer(repeating: 0, count: nodes)
    isClosed = Buffer(repeating: false, count: nodes)
    loose = LinkedLists(lists: nodes, items: Int(state.requestCount))
    isLoose = Buffer(repeating: false, count: Int(state.requestCount))
    isFixed = Buffer(repeating: false, count: Int(state.requestCount))
    seen = Buffer(repeating: 0, count: nodes)
    queue = Buffer(repeating: 0, count: nodes)
    for row in 0..<state.root {
      let range = state.tightRange(of: row)
      least[row] = range.lowerBound
      most[row] = range.upperBound
    }
    for request in (0..<state.requestCount).reversed() {
      if state.choice[request] >= 0 && state.profit[request] == 0 {
        loose.insert(request, into: state.home(of: request))
        isLoose[request] = true
      }
    }
  }
}

extension NestedFlow {
  /// The flows of a row that complementary slackness allows at its price.
  func tightRange(of row: Int32) -> ClosedRange<Int32> {
    let price = price(row)
    if price > 0 { return upper[row]...upper[row] }
    let isFreeBelow = price == -penalty[row] || lower[row] == 0
    let isFreeAbove = price == 0
    return (isFreeBelow ? 0 : lower[row])...(isFreeAbove ? upper[row] : lower[row])
  }

  @inline(__always)
  func isTight(_ option: Int32, of request: Int32) -> Bool {
    score[option] &- potential[leaf[option]] == profit[request]
  }
}
