internal import Allocation
internal import Postgres

/// Drafts of the policy and what they would do. They come into force by an act of two persons
/// (``ActRoutes``).
struct PolicyRoutes: Sendable {
  let desk: CallDesk
  let bench: Workbench

  var routes: [Route] {
    [
      Route(operation: Self.drafting) { call in try await draft(call) },
      Route(operation: Self.impact) { call in try await weigh(call) },
    ]
  }

  private static let title = Fields.Form.words(atMost: 100)

  private func draft(_ call: Call) async throws -> Answer {
    try await desk.change(call, roles: ActRoutes.askers) { room in
      let mayDraft = try await room.connection.query(
        "SELECT access.writes('policy.versions') IS NOT NULL"
      ).only(Bool.self)
      guard mayDraft else { throw Problem(.forbidden) }
      let fields = try Fields(call, known: ["base", "title", "parameters"])
      let (base, title) = (try Self.base(fields), try fields.required("title", Self.title))
      let changes = try Self.changes(fields)
      let version = try await room.asService {
        try await PolicyDesk.draft(from: base, title: title, changes: changes, on: $0)
      }
      let (json, tag) = try await Record.policies.one("\(version)", .chinese, room.connection)
      return Answer(201, json: json, version: tag, location: "/v1/policies/\(version)")
    }
  }

  private static func base(_ fields: Fields) throws(Problem) -> Int {
    guard case .number(let text)? = fields["base"], let base = Int32(text), base > 0 else {
      throw .field("base", "须为版本号", "must be the number of a version")
    }
    return Int(base)
  }

  private static func changes(_ fields: Fields) throws(Problem) -> [String: PolicyDraft.Value] {
    guard case .object(let given)? = fields["parameters"], !given.isEmpty else {
      throw .field("parameters", "须写明改动的参数", "must name the parameters that change")
    }
    var changes: [String: PolicyDraft.Value] = [:]
    for field in given {
      switch field.value {
      case .number(let text), .text(let text):
        // A number may be written as JSON's or as a text, like all decimals here.
        if let number = Numeric(text: text) {
          changes[field.name] = .number(number.reduced)
        } else {
          changes[field.name] = .word(text)
        }
      default:
        throw .field("parameters", "值须为数或词", "values are numbers or words", remedy: field.name)
      }
    }
    return changes
  }

  private func weigh(_ call: Call) async throws -> Answer {
    let (version, rounds) = try await desk.read(call) { room in
      let version = try await Self.known(call.parameter("version"), room.connection)
      return (version, try await Self.rounds(call.query, room))
    }
    return try await bench.hold(for: call.shown().countedBy) {
      var reports: [PolicyImpactReport] = []
      for round in rounds {
        // Each round is bounded by the engine's work; the database's part of it by a call's time.
        let trial = try await desk.read(call.renewed()) { room in
          try await room.asService {
            try await PolicyTrial.load(round: round, under: version, from: $0)
          }
        }
        reports.append(PolicyImpactReport(try await Workbench.compute { try trial.impact() }))
      }
      return try Answer(report: Impact(version: version, rounds: reports))
    }
  }

  private struct Impact: Encodable {
    let version: Int
    let rounds: [PolicyImpactReport]
  }

  private static func known(_ text: String, _ connection: Connection) async throws -> Int {
    let version = Int32(text).flatMap { "\($0)" == text ? Int($0) : nil } ?? 0
    let found = try await connection.query(
      "SELECT version::bigint FROM policy.versions WHERE version = \(version)"
    ).decode(Int.self)
    guard let known = found.first else { throw Problem(.notFound) }
    return known
  }

  /// The last nightly round of each mechanism that the caller may see, of one prefecture.
  private static func rounds(_ query: Query, _ room: CallDesk.Room) async throws -> [Int] {
    if let mechanism = query["mechanism"], MechanismName(rawValue: mechanism) == nil {
      throw Problem.parameter("mechanism", "没有此机制", "no such mechanism")
    }
    if let place = query["jurisdiction"] {
      guard place.utf8.count == 6, place.utf8.allSatisfy({ (48..<58).contains($0) }) else {
        throw Problem.parameter("jurisdiction", "须为六位代码", "six digits")
      }
    }
    let found = try await room.connection.query(
      """
      SELECT DISTINCT ON (mechanism, jurisdiction) round_id, jurisdiction FROM allocation.round
      WHERE kind = 'nightly'
        AND (\(query["mechanism"])::text IS NULL OR mechanism = \(query["mechanism"])::text)
        AND (\(query["jurisdiction"])::text IS NULL
          OR jurisdiction = \(query["jurisdiction"])::text)
      ORDER BY mechanism, jurisdiction, business_date DESC
      """
    ).decode(Int.self, String.self)
    guard Set(found.map(\.1)).count < 2 else {
      throw Problem.parameter("jurisdiction", "须指明一个辖区", "name one prefecture")
    }
    return found.map(\.0)
  }
}
