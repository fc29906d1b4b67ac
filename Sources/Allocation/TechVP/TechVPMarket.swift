import Postgres

/// The experts of a snapshot before its requests, with what is the same for every request.
struct TechVPMarket {
  /// An expert, and how refusals and options put what the expert has.
  struct Candidate {
    let expert: Expert
    let fields, regions, days, availableFrom: String
    let detail: [String: String]
    let uses: [RoundProblem.Use]

    init(_ expert: Expert) {
      self.expert = expert
      fields = expert.fields.joined(separator: ";")
      regions = expert.regions.joined(separator: ";")
      days = "\(expert.daysPerMonth)"
      availableFrom = "\(expert.availableFrom)"
      detail = ["university": expert.university]
      uses = [
        .init(row: "expert:\(expert.code)", amount: 1),
        .init(row: "university:\(expert.university)", amount: 1),
      ]
    }

    func option(score: Int64, ranks: RoundProblem.Ranks) -> RoundProblem.Option {
      RoundProblem.Option(
        resource: expert.code, detail: detail, amount: 1, unit: "person", score: score, uses: uses,
        ranks: ranks)
    }
  }

  let snapshot: TechVPSnapshot
  let limits: TechVPLimits
  let scorer: TechVPScorer
  let candidates: [Candidate]

  init(_ snapshot: TechVPSnapshot, _ policy: Policy) throws {
    self.snapshot = snapshot
    limits = try TechVPLimits(policy)
    scorer = try TechVPScorer(policy)
    candidates = snapshot.experts.map { Candidate($0) }
  }

  /// A request with its options, and with the rules that the other experts fail.
  ///
  /// - Complexity: O(experts).
  func request(_ request: ExpertRequest) throws -> RoundProblem.Request {
    let pairing = TechVPPairing(request, in: snapshot, limits)
    var options: [RoundProblem.Option] = []
    var failures = TechVPPairing.rules.map {
      RoundProblem.RuleFailures(rule: $0.rawValue, needed: pairing.needed($0))
    }
    for candidate in candidates {
      var isEligible = true
      for (place, rule) in TechVPPairing.rules.enumerated()
      where !pairing.meets(rule, candidate.expert) {
        isEligible = false
        failures[place].append(
          candidate.expert.code, found: pairing.found(rule, candidate))
      }
      if isEligible { options.append(try option(pairing, candidate)) }
    }
    return RoundProblem.Request(
      number: request.number, uscc: request.uscc, enterprise: request.enterprise,
      options: options, failures: failures.filter { !$0.resources.isEmpty })
  }

  func option(
    _ pairing: TechVPPairing, _ candidate: Candidate
  ) throws -> RoundProblem.Option {
    candidate.option(
      score: try scorer.points(pairing.request, candidate.expert),
      ranks: pairing.ranks(candidate.expert))
  }
}
