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
  /// The worst rank that each resource has filed.
  private let lastRanks: [String: Int]
  /// Each request's contracts, best first.
  private var lists: Overlay<[Contract]>
  /// Where each request goes on in its list.
  private var next: Overlay<Int>
  private var choices: Overlay<Contract?>
  /// What each row holds, the first to be given up last.
  private var held: Overlay<[Contract]>

  /// - Parameter choices: a stable matching of the problem.
  /// - Complexity: O(options · log options); a copy costs nothing, and a change of it what it changes.
  init(_ problem: RoundProblem, choices: [Int32], seed: String) {
    rows = problem.rows
    rowNumbers = Dictionary(
      rows.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    requestLottery = problem.requests.map { Lottery.number(seed: seed, subject: $0.number) }
    rowLottery = rows.map { Lottery.number(seed: seed, subject: $0.name) }
    lastRanks = Dictionary(
      problem.requests.lazy.flatMap(\.options).compactMap { option in
        option.ranks.byResource.map { (option.resource, $0) }
      }, uniquingKeysWith: { max($0, $1) })
    lists = Overlay([])
    (next, self.choices, held) = (Overlay([]), Overlay([]), Overlay([]))
    lists = Overlay(problem.requests.enumerated().map { contracts($0.offset, $0.element.options) })
    let places = choices.indices.map { request -> Int? in
      choices[request] < 0
        ? nil : lists[request].firstIndex { $0.option == Int(choices[request]) }
    }
    next = Overlay(places.indices.map { places[$0].map { $0 + 1 } ?? lists[$0].count })
    let chosen = places.indices.map { request in places[request].map { lists[request][$0] } }
    var holdings = [[Contract]](repeating: [], count: rows.count)
    for contract in chosen.compactMap(\.self) {
      for row in contract.chain { holdings[row].append(contract) }
    }
    self.choices = Overlay(chosen)
    held = Overlay(holdings.map { $0.sorted { $0.isHeld(before: $1) } })
  }

  /// A request's contracts for some options, best first.
  private func contracts(_ request: Int, _ options: [RoundProblem.Option]) -> [Contract] {
    options.indices.map { contract(request, $0, options[$0]) }.sorted { $0.isPreferred(to: $1) }
  }

  private func contract(
    _ request: Int, _ place: Int, _ option: RoundProblem.Option
  ) -> Contract {
    let chain = option.uses.compactMap { rowNumbers[$0.row] }
    return Contract(
      request: request, option: place, gradeByRequest: option.gradeByRequest,
      gradeByResource: option.gradeByResource, chain: chain,
      requestLottery: requestLottery[request], seatLottery: chain.first.map { rowLottery[$0] } ?? 0)
  }

  /// Lets an unserved request in with these options instead of its own.
  ///
  /// - Returns: the option it ends with; `nil` if it is not served.
  /// - Complexity: O(options of the request and of those who lose a place).
  mutating func enter(_ request: Int, with options: [RoundProblem.Option]) -> RoundProblem.Option? {
    lists[request] = contracts(request, options)
    next[request] = 0
    var free: Int? = request
    while let proposer = free { free = propose(proposer) }
    return choices[request].map { options[$0.option] }
  }

  /// The request proposes until somebody takes it in or its list ends; returns who lost a place.
  private mutating func propose(_ proposer: Int) -> Int? {
    let list = lists[proposer]
    for place in next[proposer]..<list.count {
      let contract = list[place]
      let obstacle = obstacle(to: contract)
      if let obstacle {
        guard let worst = obstacle.holder, contract.isHeld(before: worst) else { continue }
        drop(worst)
      }
      next[proposer] = place + 1
      hold(contract)
      return obstacle?.holder?.request
    }
    next[proposer] = list.count
    return nil
  }

  /// The row that has no room for a contract, and the last of those it holds.
  struct Obstacle {
    let row: RoundProblem.Row
    /// `nil` for a row without any capacity.
    let holder: Contract?
  }

  /// What keeps a request from an option: the lowest full row on its way; `nil` where there is room.
  ///
  /// - Complexity: O(rows of the option).
  func obstacle(to option: RoundProblem.Option, for request: Int) -> Obstacle? {
    obstacle(to: contract(request, 0, option))
  }

  private func obstacle(to contract: Contract) -> Obstacle? {
    for row in contract.chain {
      let held = held[row]
      if Int64(held.count) >= rows[row].upper { return Obstacle(row: rows[row], holder: held.last) }
    }
    return nil
  }

  private mutating func hold(_ contract: Contract) {
    choices[contract.request] = contract
    for row in contract.chain {
      let place = held[row].firstIndex { contract.isHeld(before: $0) } ?? held[row].count
      held[row].insert(contract, at: place)
    }
  }

  private mutating func drop(_ contract: Contract) {
    choices[contract.request] = nil
    for row in contract.chain { held[row].removeAll { $0.request == contract.request } }
  }

  /// The worst rank that a resource has filed for a request of the round.
  func lastRank(at resource: String) -> Int { lastRanks[resource] ?? 0 }
}
