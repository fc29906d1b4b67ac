import Postgres

/// The hard rules of techvp (design §6). A pair that fails one is no option, whatever its score.
enum TechVPRule: String, CaseIterable, Sendable {
  case fields, title, region, days, start, conflict, engaged, declined

  /// What the rule looks at, and how its failure is put.
  var term: Glossary.Rule {
    .init(figure: figure, failure: failure)
  }

  private var figure: Glossary.Term {
    switch self {
    case .fields: .init("技术领域", "fields")
    case .title: .init("最低职称", "least title")
    case .region: .init("县市区", "county")
    case .days: .init("每月需求天数", "days a month")
    case .start: .init("拟到岗日期", "start")
    case .conflict: .init("利益关系", "interests")
    case .engaged: .init("聘任状态", "engagement")
    case .declined: .init("此前答复", "earlier answers")
    }
  }

  private var failure: Glossary.Term {
    switch self {
    case .fields: .init("技术领域无一相同", "no shared field")
    case .title: .init("职称低于最低要求", "title below the least asked")
    case .region: .init("不到该县市区服务", "does not serve this county")
    case .days: .init("每月天数不足", "too few days a month")
    case .start: .init("到岗过晚", "free too late")
    case .conflict: .init("存在利益冲突", "conflict of interest")
    case .engaged: .init("已被聘任或已有拟配置", "engaged or offered already")
    case .declined: .init("此前已有一方谢绝", "declined by one side before")
    }
  }
}

/// The limits that the rules read from the policy.
struct TechVPLimits: Sendable {
  /// Days by which an expert may be free later than the request's start.
  let startSlack: Int

  init(_ policy: Policy) throws {
    startSlack = try policy.count("techvp.limit.start_slack")
  }

  /// The last day on which an expert must be free.
  func latestStart(_ request: ExpertRequest) -> DateOnly {
    request.startOn.adding(days: startSlack)
  }
}

/// One request before the experts: whom the rules admit, with what belongs to the request looked up
/// once.
struct TechVPPairing {
  let request: ExpertRequest
  private let latestStart: DateOnly
  private let conflicts: [String: ExpertConflict]
  private let declined: Set<String>
  private let ranks: [String: RoundProblem.Ranks]

  /// Made once, for it is asked for each pair.
  static let rules = TechVPRule.allCases

  init(_ request: ExpertRequest, in snapshot: TechVPSnapshot, _ limits: TechVPLimits) {
    self.request = request
    latestStart = limits.latestStart(request)
    conflicts = snapshot.conflicts(of: request.number)
    declined = snapshot.declined(of: request.number)
    ranks = snapshot.ranks(of: request.number)
  }

  /// What both sides have filed for each other.
  func ranks(_ expert: Expert) -> RoundProblem.Ranks { ranks[expert.code] ?? .init() }

  /// The rules that an expert fails; none for an eligible pair.
  func failed(_ expert: Expert) -> [TechVPRule] {
    Self.rules.filter { !meets($0, expert) }
  }

  func meets(_ rule: TechVPRule, _ expert: Expert) -> Bool {
    switch rule {
    case .fields: request.fields.contains { expert.fields.contains($0) }
    case .title: expert.title.level >= request.minTitle.level
    case .region: expert.regions.contains(request.region)
    case .days: expert.daysPerMonth >= request.daysPerMonth
    case .start: expert.availableFrom <= latestStart
    case .conflict: conflicts.isEmpty || conflicts[expert.code] == nil
    case .engaged: !expert.isEngaged
    case .declined: declined.isEmpty || !declined.contains(expert.code)
    }
  }

  /// What the request needs by a rule.
  func needed(_ rule: TechVPRule) -> String {
    switch rule {
    case .fields: request.fields.joined(separator: ";")
    case .title: request.minTitle.rawValue
    case .region: request.region
    case .days: "\(request.daysPerMonth)"
    case .start: "\(latestStart)"
    case .conflict: request.uscc
    case .engaged: "free"
    case .declined: "not declined"
    }
  }

  /// What an expert has who fails a rule.
  func found(_ rule: TechVPRule, _ candidate: TechVPMarket.Candidate) -> String {
    switch rule {
    case .fields: candidate.fields
    case .title: candidate.expert.title.rawValue
    case .region: candidate.regions
    case .days: candidate.days
    case .start: candidate.availableFrom
    case .conflict: conflicts[candidate.expert.code]?.text ?? ""
    case .engaged: "engaged"
    case .declined: "declined"
    }
  }
}
