public import Postgres

/// A round's input while stated changes are applied to it, for every mechanism whose options are all
/// of a request's ways: a request leaves, a resource leaves, a pair is forbidden or brought together, a
/// capacity is another, a weight is another.
///
/// Changes are made on the problem, not on what the mechanism read. A weight gives other scores, so the
/// problem is drawn up anew for it, and the earlier changes are made again.
public struct RoundScenario<Subject: Mechanism>: Scenario {
  public enum Change: StatedChange {
    case requestOut(String)
    /// A resource that serves nobody.
    case resourceOut(String)
    /// A request gets a resource, whatever the round would have chosen.
    case pin(Pin)
    /// A request and a resource that must not come together.
    case forbid(request: String, resource: String)
    /// More of a row, by its name, or (below 0) less.
    case capacity(row: String, by: Int64)
    /// Another value of one parameter of the policy.
    case weight(name: String, value: Numeric)
  }

  /// A request brought to a resource by decision.
  public struct Pin: Hashable, Sendable {
    public let request: String
    public let resource: String
    /// What goes with the resource; by default whatever scores most.
    public let companion: String?

    public init(request: String, resource: String, companion: String? = nil) {
      self.request = request
      self.resource = resource
      self.companion = companion
    }
  }

  private let snapshot: Subject.Snapshot
  private var policy: Policy
  private var made: [Change] = []
  public private(set) var problem: RoundProblem
  public private(set) var settled: [SettledRequest] = []
  public var touched: [String] = []

  /// - Complexity: that of drawing up the problem.
  public init(_ snapshot: Subject.Snapshot, policy: Policy) throws {
    self.snapshot = snapshot
    self.policy = policy
    problem = try Subject.problem(of: snapshot, policy: policy)
  }

  public mutating func apply(_ change: Change) throws {
    if case .weight(let name, let value) = change {
      policy = try policy.weighing(name, value, of: Subject.name)
      problem = try Subject.problem(of: snapshot, policy: policy)
      settled = []
      for earlier in made { try make(earlier) }
    } else {
      try make(change)
      made.append(change)
    }
  }

  private mutating func make(_ change: Change) throws {
    switch change {
    case .requestOut(let number): problem = problem.without(request: try place(of: number))
    case .resourceOut(let code):
      try require(resource: code)
      problem = problem.keeping { $1.resource != code }
    case .pin(let pin): try settle(pin)
    case .forbid(let number, let code):
      let place = try place(of: number)
      try require(resource: code)
      problem = problem.keeping { $0 != place || $1.resource != code }
    case .capacity(let row, let difference): try widen(row, by: difference)
    case .weight: break
    }
  }
}

extension RoundScenario.Change {
  public var beneficiary: String? { nil }

  public var pinnedRequest: String? {
    if case .pin(let pin) = self { return pin.request }
    return nil
  }

  public var isOfPolicy: Bool {
    if case .weight = self { return true }
    return false
  }
}

// MARK: - what a change names

extension RoundScenario {
  private var resourceWord: Glossary.Term { Subject.glossary.resource }

  private func place(of number: String) throws -> Int {
    if settled.contains(where: { $0.request.number == number }) {
      throw FieldFault(
        "request", number, Wording("已由此前的指定安排", "is served already, by a pin before this change"),
        remedy: Wording("把改动放在指定之前，或去掉指定", "change it before the pin, or leave the pin out"))
    }
    guard let place = problem.requests.firstIndex(where: { $0.number == number }) else {
      throw FieldFault(
        "request", number, Wording("不是此轮次待配置的诉求", "is no open request of the round"),
        remedy: Wording(
          "可能已有拟配置或配置（见 report.offer），或当日尚未提出",
          "it may have an offer or a commitment (report.offer), or not be filed by that day"))
    }
    return place
  }

  /// A resource that some request can have, or is kept from by a rule.
  private func require(resource code: String) throws {
    let isKnown = problem.requests.contains { request in
      request.options.contains { $0.resource == code }
        || request.failures.contains { $0.resources.contains(code) }
    }
    guard !isKnown else { return }
    throw FieldFault(
      Subject.resourceField, code,
      Wording("不是此轮次的\(resourceWord.chinese)", "is no \(resourceWord.english) of the round"),
      remedy: Wording(
        "写此轮次有的编号，见 report.row_usage、report.refusal",
        "give a code that the round has: report.row_usage, report.refusal"))
  }

  private mutating func widen(_ name: String, by difference: Int64) throws {
    guard let row = problem.rows.first(where: { $0.name == name }) else {
      let kind = name.split(separator: ":").first.map(String.init) ?? ""
      let alike = problem.rows.map(\.name).filter { $0.hasPrefix(kind + ":") }
      let kinds = Set(problem.rows.map(\.kind)).sorted().map { "\($0):…" }
      throw FieldFault(
        "row", name, Wording("不是此轮次的行", "is no row of the round"),
        remedy: .known(kinds, nearest: Nearest.match(name, in: alike)))
    }
    let (upper, overflow) = row.upper.addingReportingOverflow(difference)
    guard !overflow, upper >= 0 else {
      throw FieldFault(
        "by", "\(difference)",
        Wording(
          "超过 \(name) 之有 \(row.shown(row.upper))",
          "is more than \(name) has: \(row.shown(row.upper))"),
        remedy: Wording("至多如此", "take at most that"))
    }
    problem = problem.changing([name: .init(lower: min(row.lower, upper), upper: upper)])
  }
}

// MARK: - pins

extension RoundScenario {
  private mutating func settle(_ pin: Pin) throws {
    let place = try place(of: pin.request)
    let request = problem.requests[place]
    let option = try option(of: request, for: pin)
    let rows = Dictionary(
      problem.rows.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var bounds: [String: RoundProblem.Bounds] = [:]
    for use in option.uses {
      guard let row = rows[use.row], use.amount <= row.upper else {
        let free = rows[use.row].map { $0.shown($0.upper) } ?? "nothing"
        throw FieldFault(
          Subject.resourceField, pin.resource,
          Wording(
            "需 \(use.row) \(use.amount)，余量 \(free)",
            "takes \(use.amount) of \(use.row), of which \(free) is free"),
          remedy: Wording(
            "先以改动“capacity”增加，或另指",
            "give it more by a change “capacity” before the pin, or pin another"))
      }
      bounds[use.row] = .init(
        lower: max(0, row.lower - use.amount), upper: row.upper - use.amount)
    }
    problem = problem.without(request: place).changing(bounds)
    settled.append(
      SettledRequest(
        request: RoundProblem.Request(
          number: request.number, uscc: request.uscc, enterprise: request.enterprise,
          options: [option], failures: []),
        option: option))
  }

  /// Of the options that a pin names the one that scores most.
  private func option(
    of request: RoundProblem.Request, for pin: Pin
  ) throws -> RoundProblem.Option {
    try require(resource: pin.resource)
    let there = request.options.filter { $0.resource == pin.resource }
    let named = there.filter { pin.companion == nil || $0.companion == pin.companion }
    if let best = named.max(by: { $0.score < $1.score }) { return best }
    guard there.isEmpty else {
      let known = there.compactMap(\.companion).sorted(byText: { $0 })
      throw FieldFault(
        Subject.companionField ?? "request", pin.companion,
        Wording(
          "与 \(request.number) 的\(resourceWord.chinese) \(pin.resource) 不相配",
          "does not go with \(resourceWord.english) \(pin.resource) for \(request.number)"),
        remedy: .known(known))
    }
    let failed = request.refusals.filter { $0.resource == pin.resource }.map { refusal in
      refusal.wording(
        of: Subject.glossary.rules[refusal.rule]?.failure, resource: resourceWord)
    }
    throw FieldFault(
      Subject.resourceField, pin.resource,
      failed.isEmpty
        ? Wording("已为此前的改动禁止或移出", "was forbidden or taken out by a change before") : .list(failed),
      remedy: Wording("另指\(resourceWord.chinese)", "pin another \(resourceWord.english)"))
  }
}

extension Policy {
  /// The version with another value of one number of a mechanism.
  ///
  /// - Throws: ``FieldFault`` for a name or a value that it cannot have.
  func weighing(_ name: String, _ value: Numeric, of mechanism: MechanismName) throws -> Policy {
    let known = numbers(of: mechanism)
    guard known.contains(name) else {
      throw FieldFault(
        "name", name,
        Wording(
          "不是政策中 \(mechanism.rawValue) 的数值参数",
          "is no number of the policy for \(mechanism.rawValue)"),
        remedy: .known(known, nearest: Nearest.match(name, in: known)))
    }
    guard value >= 0 else {
      throw FieldFault(
        "value", "\(value)", Wording("小于 0", "is below 0"),
        remedy: Wording("写 0 或更大", "give 0 or more"))
    }
    return changing(name, to: value)
  }
}
