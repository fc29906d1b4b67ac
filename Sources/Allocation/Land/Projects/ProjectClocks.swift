import Postgres

/// What a night says of a project once.
enum ProjectFlag: String, CaseIterable, Sendable {
  case startOverdue = "start_overdue"
  case productionOverdue = "production_overdue"
  /// 闲置满一年: a fee is due.
  case idleOneYear = "idle_one_year"
  /// 闲置满两年: the land may be taken back.
  case idleTwoYears = "idle_two_years"
}

/// The clocks of granted land, with the policy's days and shares.
struct ProjectClocks: Sendable {
  /// The city's KPI days.
  let signingToStart, startToProduction: Int
  private let idleFee, idleTakeBack: Int
  private let leastDeveloped, leastInvested: Fraction

  init(_ policy: Policy) throws {
    signingToStart = try policy.count("land.clock.signing_to_start")
    startToProduction = try policy.count("land.clock.start_to_production")
    idleFee = try policy.count("land.clock.idle_fee")
    idleTakeBack = try policy.count("land.clock.idle_take_back")
    leastDeveloped = try policy.fraction("land.limit.idle_developed")
    leastInvested = try policy.fraction("land.limit.idle_invested")
  }

  /// What stands against a project on a date: a pure function. An overdue date is past, not
  /// reached; a year is full on its last day.
  func flags(of project: LandProject, on date: DateOnly) throws -> Set<ProjectFlag> {
    guard project.isLive else { return [] }
    var flags: Set<ProjectFlag> = []
    if project.stages[.started] == nil, let due = project.startDueOn, date > due {
      flags.insert(.startOverdue)
    }
    if project.stages[.producing] == nil, let due = project.productionDueOn, date > due {
      flags.insert(.productionOverdue)
    }
    if let since = try idleSince(project) {
      if since.days(until: date) >= idleFee { flags.insert(.idleOneYear) }
      if since.days(until: date) >= idleTakeBack { flags.insert(.idleTwoYears) }
    }
    return flags
  }

  /// The day from which the land counts as idle: the agreed start that was missed, or the day on
  /// which building stopped with too little developed or invested.
  private func idleSince(_ project: LandProject) throws -> DateOnly? {
    guard project.stages[.started] != nil else { return project.startDueOn }
    guard project.stages[.producing] == nil, let stopped = project.stoppedOn else { return nil }
    let developed = try project.developed.map { developed in
      try Fraction(developed).isLess(than: leastDeveloped.times(Fraction(project.area)))
    }
    let invested = try project.invested.map { invested in
      try Fraction(Int128(invested)).isLess(
        than: leastInvested.times(Fraction(Int128(project.investment))))
    }
    return developed == true || invested == true ? stopped : nil
  }
}
