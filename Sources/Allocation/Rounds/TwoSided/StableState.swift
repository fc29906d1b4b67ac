/// A stable matching into which an unserved request may enter with other options than it had.
///
/// The request proposes down its list; whoever loses a place to it proposes on, and so forth. All
/// the while requests only lose and resources only gain, so nobody but the one that has just lost
/// its place could block: what remains in the end is a stable matching of the changed round. Every
/// stable matching serves the same requests, so the request is served here if and only if the round
/// itself would have served it.
///
/// - Source: A. E. Roth, J. H. Vande Vate, "Random paths to stability in two-sided matching",
///   Econometrica 58 (1990); A. E. Roth, "On the allocation of residents to rural hospitals",
///   Econometrica 54 (1986).
struct StableState {
  private let rows: [RoundProblem.Row]
  private let rowNumbers: [String: Int]
  private let requestLottery: [UInt64]
  private let rowLottery: [UInt64]
  /// Each request's contracts, best first.
  private var lists: [[Contract]]
  /// Where each request goes on in its list.
  private var next: [Int]
  private var choices: [Contract?]
  private var held: [[Contract]]

  /// - Parameter choices: a stable matching of the problem.
  init(_ problem: RoundProblem, choices: [Int32], seed: String) {
    rows = problem.rows
    rowNumbers = Dictionary(
      rows.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    requestLottery = problem.requests.map { Lottery.number(seed: seed, subject: $0.number) }
    rowLottery = rows.map { Lottery.number(seed: seed, subject: $0.name) }
    lists = []
    held = Array(repeating: [], count: rows.count)
    next = []
    self.choices = []
    for (number, request) in problem.requests.enumerated() {
      let list = contracts(number, request.options)
      let chosen = choices[number] < 0 ? nil : request.options[Int(choices[number])]
      let place = list.firstIndex { $0.option == chosen }
      lists.append(list)
      next.append(place.map { $0 + 1 } ?? list.count)
      self.choices.append(nil)
      if let place { hold(list[place]) }
    }
  }

  /// A request's contracts for some options, best first.
  private func contracts(_ request: Int, _ options: [RoundProblem.Option]) -> [Contract] {
    options.map { option in
      let chain = option.uses.compactMap { rowNumbers[$0.row] }
      return Contract(
        request: request, option: option, chain: chain, requestLottery: requestLottery[request],
        seatLottery: chain.first.map { rowLottery[$0] } ?? 0)
    }.sorted { $0.isPreferred(to: $1) }
  }

  /// Lets an unserved request in with these options instead of its own.
  ///
  /// - Returns: the option it ends with; `nil` if it is not served.
  /// - Complexity: O(options of those who lose a place).
  mutating func enter(_ request: Int, with options: [RoundProblem.Option]) -> RoundProblem.Option? {
    lists[request] = contracts(request, options)
    next[request] = 0
    var free: Int? = request
    while let proposer = free { free = propose(proposer) }
    return choices[request]?.option
  }

  /// The request proposes until somebody takes it in or its list ends; returns who lost a place.
  private mutating func propose(_ proposer: Int) -> Int? {
    while next[proposer] < lists[proposer].count {
      let contract = lists[proposer][next[proposer]]
      next[proposer] += 1
      guard let obstacle = obstacle(to: contract) else {
        hold(contract)
        return nil
      }
      guard let worst = obstacle.holder, contract.isHeld(before: worst) else { continue }
      drop(worst)
      hold(contract)
      return worst.request
    }
    return nil
  }

  /// The row that has no room for a contract, and the last of those it holds.
  struct Obstacle {
    let row: RoundProblem.Row
    /// `nil` for a row without any capacity.
    let holder: Contract?
  }

  /// What keeps a request from an option: the lowest full row on its way; `nil` where there is room.
  func obstacle(to option: RoundProblem.Option, for request: Int) -> Obstacle? {
    contracts(request, [option]).first.flatMap(obstacle)
  }

  private func obstacle(to contract: Contract) -> Obstacle? {
    let full = contract.chain.first { Int64(held[$0].count) >= rows[$0].upper }
    return full.map { row in
      Obstacle(row: rows[row], holder: held[row].max { $0.isHeld(before: $1) })
    }
  }

  private mutating func hold(_ contract: Contract) {
    choices[contract.request] = contract
    for row in contract.chain { held[row].append(contract) }
  }

  private mutating func drop(_ contract: Contract) {
    choices[contract.request] = nil
    for row in contract.chain { held[row].removeAll { $0.request == contract.request } }
  }

  /// The worst rank that a resource's row gives to a request that it holds or could hold.
  func lastRank(at resource: String) -> Int {
    lists.joined().filter { $0.option.resource == resource }
      .compactMap(\.option.ranks.byResource).max() ?? 0
  }
}
