/// What it takes to serve an unserved request on top of an answer: who gives way, and who of them
/// still gets something else.
///
/// An exchange is an allocation like any other, so its gain is proved by adding it up. Another one
/// may gain more: those who give way are chosen row by row, the cheapest that free enough.
struct Exchanges: Sendable {
  /// A request settled on an option, and what becomes of those who give way.
  struct Exchange: Sendable {
    /// Points that everyone together gains, at least or (below 0) loses at most.
    let gain: Int64
    /// For each request that gives way, what it gets instead: an option of its own, or −1.
    let others: [(request: Int, option: Int32)]
  }

  fileprivate struct Option: Sendable {
    let score: Int64
    let uses: [(row: Int, amount: Int64)]
  }

  /// A served request that uses a row.
  fileprivate struct User: Sendable {
    let request: Int
    let score: Int64
    let amount: Int64
  }

  private let rowNumbers: [String: Int]
  private let options: [[Option]]
  private let choices: [Int32]
  /// What no choice uses of each row.
  private let free: [Int64]
  /// The users of each row, fewest points a unit first.
  private let users: [[User]]
  /// Rows whose shortfall costs points.
  private let wished: [(row: Int, lower: Int64, upper: Int64, penalty: Int64)]

  /// - Complexity: linear in the uses, and sorting each row's users.
  init(_ problem: RoundProblem, choices: [Int32]) {
    let numbers = Dictionary(
      problem.rows.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    rowNumbers = numbers
    self.choices = choices
    options = problem.requests.map { request in
      request.options.map { Option($0, numbers) ?? Option(score: 0, uses: []) }
    }
    var free = problem.rows.map(\.upper)
    var users = [[User]](repeating: [], count: problem.rows.count)
    for (request, choice) in choices.enumerated() where choice >= 0 {
      let option = options[request][Int(choice)]
      for use in option.uses {
        free[use.row] -= use.amount
        users[use.row].append(
          User(request: request, score: option.score, amount: use.amount))
      }
    }
    self.free = free
    self.users = users.map { $0.sorted(by: User.isCheaper) }
    wished = problem.rows.enumerated().compactMap { number, row in
      row.lower > 0 && row.penalty > 0 ? (number, row.lower, row.upper, row.penalty) : nil
    }
  }

  /// The exchange that settles an unserved request on an option, its own or one that it would have
  /// after a change; `nil` where the option does not even fit the empty rows.
  ///
  /// - Parameter widened: what rows have more than in the answer.
  /// - Complexity: O(rows + users of the option's rows).
  func exchange(
    for option: RoundProblem.Option, widened: [RoundProblem.Use] = []
  ) -> Exchange? {
    guard let wanted = Option(option, rowNumbers) else { return nil }
    var (free, leaving) = (free, [Int]())
    for use in widened {
      if let row = rowNumbers[use.row] { free[row] += use.amount }
    }
    for use in wanted.uses { free[use.row] -= use.amount }
    while let use = wanted.uses.first(where: { free[$0.row] < 0 }) {
      guard let cheapest = cheapest(freeing: -free[use.row], of: use.row, besides: leaving) else {
        return nil
      }
      for request in cheapest { give(back: request, to: &free) }
      leaving += cheapest
    }
    let others = instead(leaving, &free)
    let lost = leaving.reduce(0) { $0 + (chosen($1)?.score ?? 0) }
    let kept = others.reduce(0) {
      $1.option < 0 ? $0 : $0 + options[$1.request][Int($1.option)].score
    }
    return Exchange(
      gain: wanted.score - lost + kept + shortfall(self.free) - shortfall(free), others: others)
  }

  /// The answer after an exchange.
  func answer(serving request: Int, by option: Int32, _ exchange: Exchange) -> [Int32] {
    var choices = choices
    choices[request] = option
    for other in exchange.others { choices[other.request] = other.option }
    return choices
  }

  private func chosen(_ request: Int) -> Option? {
    choices[request] < 0 ? nil : options[request][Int(choices[request])]
  }

  private func give(back request: Int, to free: inout [Int64]) {
    for use in chosen(request)?.uses ?? [] { free[use.row] += use.amount }
  }

  /// What those who give way can have instead, the highest scores first.
  private func instead(
    _ leaving: [Int], _ free: inout [Int64]
  ) -> [(request: Int, option: Int32)] {
    let order = leaving.sorted {
      (-(chosen($0)?.score ?? 0), $0) < (-(chosen($1)?.score ?? 0), $1)
    }
    return order.map { request in
      let own = options[request]
      let fitting = own.indices.filter { place in
        own[place].uses.allSatisfy { $0.amount <= free[$0.row] }
      }
      guard let best = fitting.max(by: { own[$0].score < own[$1].score }) else {
        return (request, -1)
      }
      for use in own[best].uses { free[use.row] -= use.amount }
      return (request, Int32(best))
    }
  }

  /// What all shortfalls cost, in points.
  private func shortfall(_ free: [Int64]) -> Int64 {
    wished.reduce(0) { sum, row in
      sum + row.penalty * max(0, row.lower - (row.upper - free[row.row]))
    }
  }

  /// Users of a row that free enough of it: the fewest points a unit first, without those that are
  /// not needed in the end; or the one that costs least and frees enough alone.
  private func cheapest(freeing need: Int64, of row: Int, besides gone: [Int]) -> [Int]? {
    let users = users[row].filter { !gone.contains($0.request) }
    var (taken, sum) = ([User](), Int64(0))
    for user in users where sum < need {
      taken.append(user)
      sum += user.amount
    }
    guard sum >= need else { return nil }
    for user in taken.sorted(by: { $0.score > $1.score }) where sum - user.amount >= need {
      taken.removeAll { $0.request == user.request }
      sum -= user.amount
    }
    let alone = users.filter { $0.amount >= need }.min { $0.score < $1.score }
    if let alone, alone.score < taken.reduce(0, { $0 + $1.score }) { return [alone.request] }
    return taken.map(\.request)
  }
}

extension Exchanges.Option {
  /// `nil` where the option uses a row that is not there.
  fileprivate init?(_ option: RoundProblem.Option, _ numbers: [String: Int]) {
    var uses: [(row: Int, amount: Int64)] = []
    for use in option.uses {
      guard let row = numbers[use.row] else { return nil }
      uses.append((row, use.amount))
    }
    self.init(score: option.score, uses: uses)
  }
}

extension Exchanges.User {
  /// Whether fewer points go with each unit; ties fall to the request that comes first.
  fileprivate static func isCheaper(_ left: Self, _ right: Self) -> Bool {
    let (first, second) = (
      Int128(left.score) * Int128(right.amount), Int128(right.score) * Int128(left.amount)
    )
    return first != second ? first < second : left.request < right.request
  }
}
