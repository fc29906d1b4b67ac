import Postgres

/// What a night says of a project, from the day on which it holds until it does so no more.
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
  /// The whole days of the city's indicators, which are averages: 166.5 days are over on the 167th.
  let signingToStart, startToProduction: Int
  private let idleFee, idleTakeBack: Int
  private let leastDeveloped, leastInvested, feeShare: Fraction

  init(_ policy: Policy) throws {
    signingToStart = Int(try policy.fraction("land.clock.signing_to_start").floored())
    startToProduction = Int(try policy.fraction("land.clock.start_to_production").floored())
    idleFee = try policy.count("land.clock.idle_fee")
    idleTakeBack = try policy.count("land.clock.idle_take_back")
    leastDeveloped = try Self.share(policy.fraction("land.limit.idle_developed"))
    leastInvested = try policy.fraction("land.limit.idle_invested")
    feeShare = try policy.fraction("land.limit.idle_fee")
  }

  /// A share that is told by its denominator, 3 for a third; older versions of the policy have a decimal.
  private static func share(_ number: Fraction) throws -> Fraction {
    try Fraction.one.isLess(than: number) ? Fraction.one.dividing(by: number) : number
  }

  /// The fee for idle land (闲置费) in 万元: a share of the land's price, rounded half up to a yuan;
  /// `nil` where the parcel's price is not on record.
  func fee(of project: LandProject) throws -> Numeric? {
    guard let price = project.price else { return nil }
    let yuan = try Fraction(project.area).times(Fraction(price)).times(feeShare)
      .times(Fraction(10_000)).roundedHalfUp()
    return Numeric(mantissa: Int128(yuan), scale: 4)
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
