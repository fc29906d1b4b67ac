/// The served requests that could be served by another option in some optimal allocation, as a small
/// flow problem of their own.
///
/// Most requests have one tight option, so this is far smaller than the whole.
struct TiedOptions: ~Copyable {
  private var flow: NestedFlow
  /// The original option of each option of the flow.
  private let options: [Int32]

  /// - Parameters:
  ///   - chosen: an optimal allocation, as options over all options.
  ///   - prices: optimal row prices.
  init(_ problem: Problem, _ seats: SeatProblem, chosen: [Int32], prices: [Int64]) {
    func price(_ option: Int) -> Int64 {
      let row = Int(seats.rows[option])
      return row < prices.count ? prices[row] : 0
    }
    var (starts, tight): ([Int32], [Int32]) = ([0], [])
    for (request, choice) in chosen.enumerated() {
      let first = tight.count
      if choice >= 0 {
        let profit = problem.scores[Int(choice)] - price(Int(choice))
        for option in problem.options(of: request)
        where problem.scores[option] - price(option) == profit {
          tight.append(Int32(option))
        }
        if tight.count == first + 1 { tight.removeLast() }
      }
      starts.append(Int32(tight.count))
    }
    options = tight
    flow = NestedFlow(
      NestedInstance(
        rows: problem.rows, parent: problem.rows.map { _ in Int32(problem.rowCount) },
        topDown: problem.rows.indices.map(Int32.init), optionStart: starts,
        leaf: tight.map { seats.rows[Int($0)] }, scores: tight.map { problem.scores[Int($0)] },
        mostServed: problem.requestCount))
    load(seats, chosen, prices)
  }

  /// Puts the allocation and its prices into the flow; requests without a tie only fill their row.
  private func load(_ seats: SeatProblem, _ chosen: [Int32], _ prices: [Int64]) {
    for (row, price) in prices.enumerated() { flow.potential[row] = price }
    for request in 0..<flow.requestCount where chosen[Int(request)] >= 0 {
      let choice = chosen[Int(request)]
      let row = seats.rows[Int(choice)]
      if row < flow.root { flow.addUnit(row) }
      for option in flow.options(of: request) where options[Int(option)] == choice {
        flow.profit[request] = flow.score[option] - flow.potential[row]
        flow.settle(request, option)
      }
    }
  }

  /// Gives each request, in canonical order, its first option that the ones before allow.
  mutating func settle(_ chosen: inout [Int32], _ meter: WorkMeter) {
    guard !options.isEmpty else { return }
    var face = TightFace(of: flow)
    face.decideOptions(&flow, meter)
    for request in 0..<flow.requestCount where flow.choice[request] >= 0 {
      chosen[Int(request)] = options[Int(flow.choice[request])]
    }
  }
}
