import Postgres

/// What an agenda is drawn from: the latest land round, and what the next night finds after it.
///
/// Blocked is whom the next night would leave unserved; contested, who has an offer that others want. What
/// blocks is found with open offers among the choices, so that a held parcel is told as what it is; what
/// lifting is worth is found with them fixed, for no night re-opens them.
struct AgendaRound: Sendable {
  let id: Int
  let seed: String
  /// What the next night would read, and the requests and capacities of open offers with it.
  let snapshot: LandSnapshot
  let policy: Policy
  let problem: RoundProblem
  /// For each request of the problem the option that it was offered or that the next night would choose,
  /// or −1.
  let choices: [Int32]
  /// The problem with open offers taken out, and what the next night would choose of it.
  private let open: (problem: RoundProblem, choices: [Int32])
  /// Numbers of the requests of the stored round.
  let asked: Set<String>
  let standing: [StandingOffer]

  /// The latest nightly round up to a date, with what the night of that date, or the one after the
  /// round if that is later, would read.
  ///
  /// - Throws: ``RoundError/notFound(_:)``.
  static func latest(
    upTo date: DateOnly, jurisdiction: String, from connection: Connection
  ) async throws -> AgendaRound {
    let rounds = try await connection.query(
      """
      SELECT round_id, business_date FROM allocation.round
      WHERE mechanism = 'land' AND jurisdiction = \(jurisdiction) AND kind = 'nightly'
        AND business_date <= \(date)
      ORDER BY business_date DESC LIMIT 1
      """
    ).decode(Int.self, DateOnly.self)
    guard let (id, day) = rounds.first else {
      throw RoundError.notFound(
        "there is no land round of \(jurisdiction) up to \(date): run `yaosu nightly` first")
    }
    let scope = RoundScope(
      mechanism: .land, jurisdiction: jurisdiction, businessDate: max(date, day.adding(days: 1)))
    let asked = try await connection.query(
      "SELECT request FROM allocation.round_request WHERE round_id = \(id)"
    ).decode(String.self)
    return try AgendaRound(
      id, try await ComingNight.load(after: id, in: scope, from: connection), asked: Set(asked))
  }

  private init(_ id: Int, _ coming: ComingNight, asked: Set<String>) throws {
    (self.id, self.asked, seed) = (id, asked, coming.scope.seed)
    (policy, standing) = (coming.policy, coming.standing)
    snapshot = try LandScenario(coming).takingBackAll().snapshot
    let offers = Dictionary(
      standing.filter(\.isOpen).map { ($0.request.number, $0.option) },
      uniquingKeysWith: { first, _ in first })
    problem = try Self.problem(snapshot, policy, asked: asked, offers)
    let fixed = problem.without(offers)
    let chosen = try LiftWorth.answer(fixed, seed: seed)
    open = (fixed, chosen)
    choices = zip(problem.requests, chosen).map { request, choice in
      offers[request.number].flatMap { request.place(of: $0) } ?? choice
    }
  }

  /// The problem with what explains requests that have no option, and with the offered options.
  private static func problem(
    _ snapshot: LandSnapshot, _ policy: Policy, asked: Set<String>,
    _ offers: [String: RoundProblem.Option]
  ) throws -> RoundProblem {
    var problem = try Land.bareProblem(of: snapshot, policy: policy)
    let options = try LandOptions(snapshot, policy: policy)
    for (place, request) in problem.requests.enumerated() {
      if let offered = offers[request.number] {
        guard request.place(of: offered) == nil else { continue }
        problem = problem.replacing(place, with: request.having([offered]))
      } else if request.options.isEmpty, asked.contains(request.number) {
        problem = problem.replacing(place, with: try options.request(snapshot.requests[place]))
      }
    }
    return problem
  }

  /// The blocks of the requests that are wanted, with what lifting each is worth.
  func blocks(
    where isWanted: (String) -> Bool
  ) throws -> [(block: Block, gain: LiftWorth.Gain)] {
    let blocks = try finder.blocks().filter {
      asked.contains(problem.requests[$0.request].number)
        && isWanted(problem.requests[$0.request].number)
    }
    let worth = try LiftWorth(
      open.problem, choices: open.choices, seed: seed, snapshot: snapshot)
    return Array(zip(blocks, try worth.gains(of: blocks)))
  }

  /// Everyone's block, in the order of requests.
  var finder: BlockFinder {
    get throws {
      try BlockFinder(snapshot: snapshot, policy: policy, problem: problem, choices: choices)
    }
  }

  /// Who has an open offer of a parcel for which others are outbid, with the block of the rival whose
  /// serving would gain most.
  func contested(
    by blocks: [(block: Block, gain: LiftWorth.Gain)]
  ) -> [(offer: StandingOffer, rivals: [String], gain: LiftWorth.Gain)] {
    let outbid = Dictionary(grouping: blocks.filter { $0.block.cause == .outbid }) {
      $0.block.figures.parcel ?? ""
    }
    return standing.filter(\.isOpen).compactMap { offer in
      guard let rivals = outbid[offer.parcel],
        let gain = rivals.map(\.gain).max(by: { ($0.score, $0.tax) < ($1.score, $1.tax) })
      else { return nil }
      return (offer, rivals.map { problem.requests[$0.block.request].number }, gain)
    }.sorted(byText: \.offer.request.number)
  }
}

extension RoundProblem {
  /// The same problem, requests in their places, without the options of those that have an offer and
  /// without what these use.
  fileprivate func without(_ offers: [String: Option]) -> RoundProblem {
    var used: [String: Int64] = [:]
    for use in offers.values.flatMap(\.uses) { used[use.row, default: 0] += use.amount }
    let bounds = rows.filter { used[$0.name] != nil }.map { row in
      (row.name, Bounds(lower: row.lower, upper: max(0, row.upper - (used[row.name] ?? 0))))
    }
    return keeping { place, _ in offers[requests[place].number] == nil }
      .changing(Dictionary(bounds, uniquingKeysWith: { first, _ in first }))
  }
}

extension RoundProblem.Request {
  fileprivate func place(of option: RoundProblem.Option) -> Int32? {
    options.firstIndex { RoundResolver.Award($0) == RoundResolver.Award(option) }
      .map { Int32($0) }
  }

  fileprivate func having(_ options: [RoundProblem.Option]) -> RoundProblem.Request {
    RoundProblem.Request(
      number: number, uscc: uscc, enterprise: enterprise, options: options, failures: failures)
  }
}
