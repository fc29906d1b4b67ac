import Dispatch
import Matching
import Postgres

/// A round's problem that is solved again from an answer that is known.
///
/// The start and a limit of work make the answer: the same ones give the same answer on every
/// machine, in a time that a meeting can wait for. Two problems solved so can be compared, because
/// neither was searched longer than the other.
struct RoundResolver: Sendable {
  /// What a request got: enough to find its option in another problem.
  struct Award: Hashable, Sendable {
    let resource: String
    let companion: String?
    let amount: Numeric
  }

  let round: RoundProblem
  private let encoded: EncodedRound
  private let problem: Problem

  /// - Parameter seed: of the lottery.
  init(_ round: RoundProblem, seed: String) throws {
    try self.init(round, EncodedRound(round, seed: seed))
  }

  private init(_ round: RoundProblem, _ encoded: EncodedRound) throws {
    self.round = round
    self.encoded = encoded
    problem = try encoded.problem()
  }

  /// The same round with one request changed; its number stays.
  func replacing(_ request: RoundProblem.Request) throws -> RoundResolver {
    guard let place = round.requests.firstIndex(where: { $0.number == request.number }) else {
      return self
    }
    let changed = round.replacing(place, with: request)
    var encoded = encoded
    try encoded.replace(optionsOf: place, with: changed.requests[place].options)
    return try RoundResolver(changed, encoded)
  }

  /// Solves from a start.
  ///
  /// - Complexity: a fixed number of elementary steps for each independent part of the problem.
  func solved(from start: [Int32]) throws -> Solution {
    var options = SolveOptions(
      threads: 2, workLimit: Self.work(requests: round.requests.count), wantsEntryCosts: false)
    options.concurrentPerform = { count, body in
      DispatchQueue.concurrentPerform(iterations: count) { body($0) }
    }
    options.start = start
    return try Engine.solve(problem, options: options)
  }

  /// Elementary steps of one part: prices, a dive and a local search, but no long one.
  static func work(requests: Int) -> Int64 { 6_000_000 + 1_000 * Int64(requests) }

  /// What stored prices prove of the problem, if anything.
  func bound(by prices: RoundPrices?) -> Int64? { prices?.bound(of: round, problem) }

  func points(of choices: [Int32]) -> Int64 { problem.objective(of: choices) }

  /// What an answer of this problem gives, shortfalls counted.
  ///
  /// - Parameter choices: other ones than the solution's, of the same problem.
  func result(_ solution: Solution, choices: [Int32]) -> RoundResult {
    RoundResult(round, solution, choices: choices)
  }

  /// What each served request has.
  func awards(of choices: [Int32]) -> [String: Award] {
    Dictionary(
      zip(round.requests, choices).compactMap { request, choice in
        choice < 0 ? nil : (request.number, Award(request.options[Int(choice)]))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The start that an answer of another problem gives: what is still an option and still fits, the
  /// highest scores first.
  ///
  /// - Parameter request: to be served by the exchange that gains most, if one gains anything.
  func start(from awards: [String: Award], favouring request: String? = nil) -> [Int32] {
    let plain = fitting(
      round.requests.map { request in
        awards[request.number].flatMap { place(of: $0, in: request) } ?? -1
      })
    guard let request, let place = round.requests.firstIndex(where: { $0.number == request }),
      plain[place] < 0
    else { return plain }
    let exchanges = Exchanges(round, choices: plain)
    let best = round.requests[place].options.enumerated().compactMap { option, choice in
      exchanges.exchange(for: choice).map { (option: Int32(option), exchange: $0) }
    }.max { ($0.exchange.gain, $1.option) < ($1.exchange.gain, $0.option) }
    guard let best, best.exchange.gain > 0 else { return plain }
    return exchanges.answer(serving: place, by: best.option, best.exchange)
  }

  private func place(of award: Award, in request: RoundProblem.Request) -> Int32? {
    request.options.firstIndex { Award($0) == award }.map { Int32($0) }
  }

  /// The wishes that fit, the highest scores first.
  private func fitting(_ wishes: [Int32]) -> [Int32] {
    func score(_ place: Int) -> Int64 { round.requests[place].options[Int(wishes[place])].score }
    let order = wishes.indices.filter { wishes[$0] >= 0 }
      .sorted { (-score($0), $0) < (-score($1), $1) }
    var free = Dictionary(
      round.rows.map { ($0.name, $0.upper) }, uniquingKeysWith: { first, _ in first })
    var choices = [Int32](repeating: -1, count: wishes.count)
    for place in order {
      let uses = round.requests[place].options[Int(wishes[place])].uses
      guard uses.allSatisfy({ $0.amount <= free[$0.row] ?? 0 }) else { continue }
      for use in uses { free[use.row, default: 0] -= use.amount }
      choices[place] = wishes[place]
    }
    return choices
  }
}

extension RoundResolver.Award {
  init(_ option: RoundProblem.Option) {
    self.init(
      resource: option.resource, companion: option.companion, amount: option.amount.reduced)
  }

  init(_ award: RoundResult.Award) {
    self.init(resource: award.resource, companion: award.companion, amount: award.amount)
  }
}

extension RoundResolver {
  /// Brings an answer nearer to another one, exchange by exchange.
  ///
  /// An *exchange* is a group of requests that have something else in the other answer, joined where
  /// they share a resource. What two answers differ by falls into exchanges that have nothing to do
  /// with each other; each is judged alone.
  ///
  /// - Parameter accepts: whether an exchange that fits, and gains so many points, is made.
  func nearing(
    _ choices: [Int32], to other: [String: Award], where accepts: (Int64) -> Bool
  ) -> [Int32] {
    var (choices, points) = (choices, points(of: choices))
    var isMoving = true
    while isMoving {
      isMoving = false
      for exchange in exchanges(from: choices, to: other) {
        var trial = choices
        for (place, option) in exchange { trial[place] = option }
        guard fits(trial) else { continue }
        let gain = self.points(of: trial) - points
        guard accepts(gain) else { continue }
        (choices, points, isMoving) = (trial, points + gain, true)
      }
    }
    return choices
  }

  /// The exchanges whose options this problem has, each as places and options.
  private func exchanges(
    from choices: [Int32], to other: [String: Award]
  ) -> [[(place: Int, option: Int32)]] {
    let own = awards(of: choices)
    let differing = round.requests.indices.filter {
      own[round.requests[$0].number] != other[round.requests[$0].number]
    }
    func resources(_ place: Int) -> [String] {
      let number = round.requests[place].number
      return [own[number], other[number]].compactMap(\.self)
        .flatMap { [$0.resource, $0.companion].compactMap(\.self) }
    }
    return Self.joined(differing, by: resources).compactMap { group in
      var exchange: [(Int, Int32)] = []
      for place in group {
        let request = round.requests[place]
        guard let award = other[request.number] else {
          exchange.append((place, -1))
          continue
        }
        guard let option = self.place(of: award, in: request) else { return nil }
        exchange.append((place, option))
      }
      return exchange
    }
  }

  /// Groups places that share a resource, directly or through others.
  private static func joined(_ places: [Int], by resources: (Int) -> [String]) -> [[Int]] {
    let places = places.map { (place: $0, resources: resources($0)) }
    let members = Dictionary(
      grouping: places.flatMap { place in place.resources.map { ($0, place.place) } }, by: \.0)
    let resourcesByPlace = Dictionary(
      places.map { ($0.place, $0.resources) }, uniquingKeysWith: { first, _ in first })
    var seen: Set<Int> = []
    return places.compactMap { first -> [Int]? in
      guard seen.insert(first.place).inserted else { return nil }
      var (group, next) = ([first.place], 0)
      while next < group.count {
        for resource in resourcesByPlace[group[next]] ?? [] {
          for (_, neighbour) in members[resource] ?? [] where seen.insert(neighbour).inserted {
            group.append(neighbour)
          }
        }
        next += 1
      }
      return group.sorted()
    }
  }

  private func fits(_ choices: [Int32]) -> Bool {
    zip(problem.usage(of: choices), round.rows).allSatisfy { $0 <= $1.upper }
  }
}
