/// What a techvp round reads: open requests, experts, universities, and the pairs ruled out.
public struct TechVPSnapshot: RoundSnapshot {
  public let requests: [ExpertRequest]
  public let experts: [Expert]
  public let universities: [University]
  /// Pairs in which the enterprise is founded or owned by the expert or the university.
  public let conflicts: CanonicalSet<ExpertPair>
  /// Pairs that one side has declined before.
  public let declined: CanonicalSet<ExpertPair>

  public init(
    requests: [ExpertRequest], experts: [Expert], universities: [University],
    conflicts: Set<ExpertPair>, declined: Set<ExpertPair>
  ) {
    self.requests = requests.sorted(byText: \.number)
    self.experts = experts.sorted(byText: \.code)
    self.universities = universities.sorted(byText: \.code)
    self.conflicts = CanonicalSet(conflicts)
    self.declined = CanonicalSet(declined)
  }

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
    append(conflicts, as: "conflict", to: &text)
    append(declined, as: "declined", to: &text)
  }

  private func append(
    _ pairs: CanonicalSet<ExpertPair>, as kind: String, to text: inout CanonicalText
  ) {
    for pair in pairs.elements.sorted(byText: { "\($0.request)\t\($0.expert)" }) {
      text.append(kind, [pair.request, pair.expert])
    }
  }
}
