/// What a techvp round reads: open requests, experts, universities, the pairs ruled out, and the
/// ranks that both sides have filed.
public struct TechVPSnapshot: RoundSnapshot {
  public let requests: [ExpertRequest]
  public let experts: [Expert]
  public let universities: [University]
  /// Pairs in which the enterprise is founded or owned by the expert or the university.
  public let conflicts: CanonicalSet<ExpertConflict>
  /// Pairs that one side has declined before.
  public let declined: CanonicalSet<ExpertPair>
  /// Ranks of the lists that are open.
  public let filed: CanonicalSet<FiledRank>
  /// Pairs that have agreed to renew: each comes first with the other.
  public let renewals: CanonicalSet<ExpertPair>
  private let conflictsByRequest: [String: [String: ExpertConflict]]
  private let declinedByRequest: [String: Set<String>]
  private let ranksByRequest: [String: [String: RoundProblem.Ranks]]

  public init(
    requests: [ExpertRequest], experts: [Expert], universities: [University],
    conflicts: Set<ExpertConflict>, declined: Set<ExpertPair>, filed: Set<FiledRank> = [],
    renewals: Set<ExpertPair> = []
  ) {
    self.requests = requests.sorted(byText: \.number)
    self.experts = experts.sorted(byText: \.code)
    self.universities = universities.sorted(byText: \.code)
    self.conflicts = CanonicalSet(conflicts)
    self.declined = CanonicalSet(declined)
    self.filed = CanonicalSet(filed)
    self.renewals = CanonicalSet(renewals)
    conflictsByRequest = Self.conflicts(self.conflicts)
    declinedByRequest = Dictionary(grouping: declined, by: \.request)
      .mapValues { Set($0.map(\.expert)) }
    ranksByRequest = Self.ranks(filed, renewals)
  }

  /// Of several conflicts of a pair the first in order counts.
  private static func conflicts(
    _ conflicts: CanonicalSet<ExpertConflict>
  ) -> [String: [String: ExpertConflict]] {
    Dictionary(grouping: conflicts.sorted, by: \.pair.request).mapValues { own in
      Dictionary(own.map { ($0.pair.expert, $0) }, uniquingKeysWith: { first, _ in first })
    }
  }

  private static func ranks(
    _ filed: Set<FiledRank>, _ renewals: Set<ExpertPair>
  ) -> [String: [String: RoundProblem.Ranks]] {
    var ranks: [String: [String: RoundProblem.Ranks]] = [:]
    for rank in filed {
      let known = ranks[rank.pair.request]?[rank.pair.expert] ?? RoundProblem.Ranks()
      ranks[rank.pair.request, default: [:]][rank.pair.expert] =
        switch rank.side {
        case .enterprise: .init(byRequest: rank.rank, byResource: known.byResource)
        case .expert: .init(byRequest: known.byRequest, byResource: rank.rank)
        }
    }
    for pair in renewals {
      ranks[pair.request, default: [:]][pair.expert] = .init(byRequest: 0, byResource: 0)
    }
    return ranks
  }

  /// What stands between a request and experts, by expert.
  func conflicts(of request: String) -> [String: ExpertConflict] {
    conflictsByRequest[request] ?? [:]
  }

  /// Experts with whom a request came to nothing before.
  func declined(of request: String) -> Set<String> { declinedByRequest[request] ?? [] }

  /// What a request and experts have filed for each other, by expert.
  func ranks(of request: String) -> [String: RoundProblem.Ranks] { ranksByRequest[request] ?? [:] }
}

extension TechVPSnapshot: Codable {
  private enum Key: String, CodingKey {
    case requests, experts, universities, conflicts, declined, filed, renewals
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(
      requests: try values.decode([ExpertRequest].self, forKey: .requests),
      experts: try values.decode([Expert].self, forKey: .experts),
      universities: try values.decode([University].self, forKey: .universities),
      conflicts: Set(try values.decode([ExpertConflict].self, forKey: .conflicts)),
      declined: Set(try values.decode([ExpertPair].self, forKey: .declined)),
      filed: Set(try values.decode([FiledRank].self, forKey: .filed)),
      renewals: Set(try values.decode([ExpertPair].self, forKey: .renewals)))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(requests, forKey: .requests)
    try values.encode(experts, forKey: .experts)
    try values.encode(universities, forKey: .universities)
    try values.encode(conflicts, forKey: .conflicts)
    try values.encode(declined, forKey: .declined)
    try values.encode(filed, forKey: .filed)
    try values.encode(renewals, forKey: .renewals)
  }
}

extension TechVPSnapshot {
  public func append(to text: inout CanonicalText) {
    for request in requests {
      text.append(
        "request",
        [
          request.number, request.uscc, request.enterprise, request.region,
          request.fields.joined(separator: ";"), request.minTitle.rawValue,
          "\(request.daysPerMonth)", "\(request.startOn)", "\(request.months)",
        ])
    }
    for expert in experts {
      text.append(
        "expert",
        [
          expert.code, expert.university, expert.title.rawValue,
          expert.fields.joined(separator: ";"), expert.regions.joined(separator: ";"),
          "\(expert.availableFrom)", "\(expert.daysPerMonth)", "\(expert.pastProjects)",
          "\(expert.isEngaged)",
        ])
    }
    for university in universities {
      text.append(
        "university", [university.code, "\(university.maxExperts)", "\(university.engaged)"])
    }
    appendPairs(to: &text)
  }

  private func appendPairs(to text: inout CanonicalText) {
    for conflict in conflicts.elements.sorted(byText: \.canonicalKey) {
      text.append("conflict", conflict.fields)
    }
    append(declined, as: "declined", to: &text)
    for rank in filed.elements.sorted(byText: \.canonicalKey) { text.append("rank", rank.fields) }
    append(renewals, as: "renewal", to: &text)
  }

  private func append(
    _ pairs: CanonicalSet<ExpertPair>, as kind: String, to text: inout CanonicalText
  ) {
    for pair in pairs.elements.sorted(byText: { "\($0.request)\t\($0.expert)" }) {
      text.append(kind, [pair.request, pair.expert])
    }
  }
}

extension ExpertConflict {
  /// What it rests on, for people.
  var text: String { "\(kind.rawValue) \(since): \(evidence)" }

  fileprivate var fields: [String] {
    [pair.request, pair.expert, kind.rawValue, "\(since)", evidence]
  }

  fileprivate var canonicalKey: String { fields.joined(separator: "\t") }
}

extension FiledRank {
  fileprivate var fields: [String] { [side.rawValue, pair.request, pair.expert, "\(rank)"] }

  fileprivate var canonicalKey: String { fields.joined(separator: "\t") }
}
