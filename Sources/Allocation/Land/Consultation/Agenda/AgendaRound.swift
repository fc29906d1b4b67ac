import Postgres

/// The land round that an agenda is drawn from.
struct AgendaRound: Sendable {
  let id: Int
  let seed: String
  let snapshot: LandSnapshot
  let policy: Policy
  let problem: RoundProblem
  /// For each request of the problem the option that the round chose, or −1.
  let choices: [Int32]

  /// The latest nightly round up to a date, with the snapshot and the policy it was computed from.
  ///
  /// - Throws: ``RoundError/notFound(_:)``.
  static func latest(
    upTo date: DateOnly, jurisdiction: String, from connection: Connection
  ) async throws -> AgendaRound {
    let rounds = try await connection.query(
      """
      SELECT round_id, seed, policy_version::bigint FROM allocation.round
      WHERE mechanism = 'land' AND jurisdiction = \(jurisdiction) AND kind = 'nightly'
        AND business_date <= \(date)
      ORDER BY business_date DESC LIMIT 1
      """
    ).decode(Int.self, String.self, Int.self)
    guard let (id, seed, version) = rounds.first else {
      throw RoundError.notFound(
        "there is no land round of \(jurisdiction) up to \(date): run `yaosu nightly` first")
    }
    let snapshot = try await LandSnapshot.load(of: id, from: connection)
    let policy = try await Policy.load(version, from: connection)
    var problem = try Land.bareProblem(of: snapshot, policy: policy)
    let chosen = try await connection.query(
      "SELECT request, chosen FROM allocation.round_request WHERE round_id = \(id)"
    ).decode(String.self, Int32?.self)
    let choiceByRequest = Dictionary(chosen, uniquingKeysWith: { first, _ in first })
    let options = try LandOptions(snapshot, policy: policy)
    for (place, request) in snapshot.requests.enumerated()
    where problem.requests[place].options.isEmpty {
      problem = problem.replacing(place, with: try options.request(request))
    }
    return AgendaRound(
      id: id, seed: seed, snapshot: snapshot, policy: policy, problem: problem,
      choices: problem.requests.map { (choiceByRequest[$0.number] ?? nil) ?? -1 })
  }

  /// The blocks of the requests that are wanted, with what lifting each is worth.
  func blocks(
    where isWanted: (String) -> Bool
  ) throws -> [(block: Block, gain: LiftWorth.Gain)] {
    let blocks = try BlockFinder(
      snapshot: snapshot, policy: policy, problem: problem, choices: choices
    ).blocks().filter { isWanted(problem.requests[$0.request].number) }
    let worth = try LiftWorth(problem, choices: choices, seed: seed, snapshot: snapshot)
    return Array(zip(blocks, try worth.gains(of: blocks)))
  }
}
