extension RoundProblem {
  /// The resources of one request that fail one hard rule, with the figures on both sides.
  ///
  /// A round has a failure for almost every pair that is no option, and two arrays a rule hold them in
  /// half the memory that one value each would need.
  public struct RuleFailures: Hashable, Sendable {
    public let rule: String
    /// What the request needs.
    public let needed: String
    /// The resources' codes, and what each has.
    public private(set) var resources: [String] = []
    public private(set) var found: [String] = []

    public init(rule: String, needed: String) {
      self.rule = rule
      self.needed = needed
    }

    public mutating func append(_ resource: String, found: String) {
      resources.append(resource)
      self.found.append(found)
    }

    /// The failures one by one, in their order.
    var refusals: some Sequence<Refusal> {
      zip(resources, found).lazy.map { [rule, needed] resource, found in
        Refusal(rule: rule, resource: resource, needed: needed, found: found)
      }
    }

    /// The same with the resources in canonical order.
    var canonical: RuleFailures {
      var failures = RuleFailures(rule: rule, needed: needed)
      for (resource, found) in zip(resources, found).sorted(byText: \.0) {
        failures.append(resource, found: found)
      }
      return failures
    }
  }
}

extension [RoundProblem.RuleFailures] {
  /// Groups refusals by rule, in the order in which rules come up.
  init(_ refusals: [RoundProblem.Refusal]) {
    self = []
    var places: [String: Int] = [:]
    for refusal in refusals {
      let place = places[refusal.rule] ?? count
      if place == count {
        places[refusal.rule] = place
        append(.init(rule: refusal.rule, needed: refusal.needed))
      }
      self[place].append(refusal.resource, found: refusal.found)
    }
  }
}
