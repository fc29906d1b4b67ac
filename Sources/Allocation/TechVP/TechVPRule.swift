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

extension TechVPSnapshot {
  /// The rules that a pair fails, each with the figures on both sides; none for an eligible pair.
  func refusals(
    _ request: ExpertRequest, _ expert: Expert, _ limits: TechVPLimits
  ) -> [RoundProblem.Refusal] {
    TechVPRule.allCases.compactMap { rule in
      failure(of: rule, request, expert, limits).map { figures in
        RoundProblem.Refusal(
          rule: rule.rawValue, resource: expert.code, needed: figures.needed, found: figures.found)
      }
    }
  }

  private func failure(
    of rule: TechVPRule, _ request: ExpertRequest, _ expert: Expert, _ limits: TechVPLimits
  ) -> (needed: String, found: String)? {
    let pair = ExpertPair(request: request.number, expert: expert.code)
    func unless(_ holds: Bool, _ needed: String, _ found: String) -> (String, String)? {
      holds ? nil : (needed, found)
    }
    switch rule {
    case .fields:
      return unless(
        request.sharedFields(with: expert) > 0, request.fields.joined(separator: ";"),
        expert.fields.joined(separator: ";"))
    case .title:
      return unless(
        expert.title.level >= request.minTitle.level, request.minTitle.rawValue,
        expert.title.rawValue)
    case .region:
      return unless(
        expert.regions.contains(request.region), request.region,
        expert.regions.joined(separator: ";"))
    case .days:
      return unless(
        expert.daysPerMonth >= request.daysPerMonth, "\(request.daysPerMonth)",
        "\(expert.daysPerMonth)")
    case .start:
      let latest = limits.latestStart(request)
      return unless(expert.availableFrom <= latest, "\(latest)", "\(expert.availableFrom)")
    case .conflict:
      let conflict = conflict(of: pair)
      return unless(conflict == nil, request.uscc, conflict?.text ?? "")
    case .engaged: return unless(!expert.isEngaged, "free", "engaged")
    case .declined: return unless(!declined.contains(pair), "not declined", "declined")
    }
  }
}

extension ExpertRequest {
  /// How many of the fields asked for the expert has.
  func sharedFields(with expert: Expert) -> Int {
    fields.count { expert.fields.contains($0) }
  }
}
