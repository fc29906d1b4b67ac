import Postgres

/// Finds what blocks the requests that a land round does not serve: a pure function of the round.
struct BlockFinder {
  let snapshot: LandSnapshot
  let problem: RoundProblem
  /// For each request of the problem the chosen option, or −1.
  let choices: [Int32]
  private let options: LandOptions
  private let rows: [String: RoundProblem.Row]
  private let requests: [String: LandRequest]
  private let parcels: [String: Parcel]
  /// What the chosen options use of each row, by the row's name.
  private let used: [String: Int64]

  init(
    snapshot: LandSnapshot, policy: Policy, problem: RoundProblem, choices: [Int32]
  ) throws {
    (self.snapshot, self.problem, self.choices) = (snapshot, problem, choices)
    options = try LandOptions(snapshot, policy: policy)
    rows = Dictionary(problem.rows.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    requests = Dictionary(
      snapshot.requests.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    parcels = Dictionary(
      snapshot.parcels.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    var used: [String: Int64] = [:]
    for (request, choice) in zip(problem.requests, choices) where choice >= 0 {
      for use in request.options[Int(choice)].uses { used[use.row, default: 0] += use.amount }
    }
    self.used = used
  }

  /// One block a request that is open and unserved, in the order of requests.
  func blocks() throws -> [Block] {
    try problem.requests.indices.compactMap { place in
      guard choices[place] < 0, let request = requests[problem.requests[place].number],
        request.closure == nil
      else { return nil }
      return problem.requests[place].options.isEmpty
        ? try ruleBlock(place, request) : capacityBlock(place)
    }
  }

  // MARK: - Options there are, but no room

  /// The option that lacks quotas alone; or else one that lacks its parcel alone, which others have;
  /// or else the best one. What it lacks is what lifting gives.
  private func capacityBlock(_ place: Int) -> Block {
    let candidates = problem.requests[place].options.map { ($0, shortages(of: $0)) }
    let pools = [
      candidates.filter { !$0.1.isEmpty && !$0.1.contains(where: isParcel) },
      candidates.filter { !$0.1.isEmpty && $0.1.allSatisfy(isParcel) }, candidates,
    ]
    let pool = pools.first { !$0.isEmpty } ?? candidates
    let (option, lacking) =
      pool.max { ($0.0.score, $1.0.resource) < ($1.0.score, $0.0.resource) } ?? candidates[0]
    let row = lacking.first(where: isParcel) ?? lacking.first
    return Block(
      request: place, cause: Block.Cause(rowKind: row.flatMap { rows[$0.row]?.kind } ?? ""),
      figures: BlockFigures(
        parcel: option.resource, area: "\(option.amount.reduced)",
        shortages: lacking.map { shortage($0, of: option) }),
      county: option.detail["county"], lift: .capacity(lacking))
  }

  private func isParcel(_ use: RoundProblem.Use) -> Bool { rows[use.row]?.kind == "parcel" }

  /// What rows lack for an option on top of the round's choices.
  private func shortages(of option: RoundProblem.Option) -> [RoundProblem.Use] {
    option.uses.compactMap { use in
      let free = (rows[use.row]?.upper ?? 0) - used[use.row, default: 0]
      return use.amount > free ? RoundProblem.Use(row: use.row, amount: use.amount - free) : nil
    }
  }

  private func shortage(
    _ lacking: RoundProblem.Use, of option: RoundProblem.Option
  ) -> BlockFigures.Shortage {
    let row = rows[lacking.row]
    let needed = option.uses.first { $0.row == lacking.row }?.amount ?? 0
    func text(_ amount: Int64) -> String {
      "\((Numeric(mantissa: Int128(amount), scale: row?.places ?? 0) ?? 0).reduced)"
    }
    return BlockFigures.Shortage(
      row: lacking.row, needed: text(needed), free: text(needed - lacking.amount),
      unit: row?.places == LandArea.places ? "mu" : row?.unit ?? "")
  }

  // MARK: - No option

  /// Parcels that fail the same rules.
  fileprivate struct Group {
    let rules: [LandRule]
    let parcels: [Parcel]
    let options: [RoundProblem.Option]

    var score: Int64 { options.map(\.score).max() ?? -1 }
  }

  /// The block that is nearest to being lifted: one that decisions or time can lift before one that
  /// needs another parcel, then the fewest causes, then the one whose lifting scores highest.
  private func ruleBlock(_ place: Int, _ request: LandRequest) throws -> Block {
    let refusals = problem.requests[place].refusals
    let groups = try groups(of: refusals, request).filter { !$0.options.isEmpty }
    let best = groups.max { $0.nearness < $1.nearness }
    guard let best, let nearest = best.options.max(by: { $0.score < $1.score }) else {
      return Block(
        request: place, cause: .noParcelFits, figures: BlockFigures(parcels: 0),
        county: request.regions.first, lift: .options([]))
    }
    let failed = refusals.filter { $0.resource == nearest.resource }
    let rules = LandRule.allCases.flatMap { rule in failed.filter { $0.rule == rule.rawValue } }
      .map { BlockFigures.Rule(rule: $0.rule, needed: $0.needed, found: $0.found) }
    return Block(
      request: place, cause: best.cause,
      figures: BlockFigures(
        parcel: nearest.resource, area: "\(nearest.amount.reduced)", parcels: best.parcels.count,
        rules: rules),
      county: nearest.detail["county"], lift: .options(best.options))
  }

  /// Parcels in the counties asked for, by the rules that they fail.
  private func groups(
    of refusals: [RoundProblem.Refusal], _ request: LandRequest
  ) throws -> [Group] {
    let failed = Dictionary(grouping: refusals, by: \.resource).mapValues { refusals in
      LandRule.allCases.filter { rule in refusals.contains { $0.rule == rule.rawValue } }
    }
    let parcelsByRules = Dictionary(
      grouping: failed.filter { !$0.value.contains(.region) }, by: \.value)
    return try parcelsByRules.sorted { "\($0.key)" < "\($1.key)" }.map { rules, failed in
      let parcels = failed.compactMap { self.parcels[$0.key] }.sorted(byText: \.code)
      return Group(
        rules: rules, parcels: parcels,
        options: try parcels.flatMap { try liftedOptions(request, $0) })
    }
  }

  /// The options of a pair whose failed rules are lifted. An area that does not fit is cut out of
  /// the parcel, where enough of it is free.
  private func liftedOptions(
    _ request: LandRequest, _ parcel: Parcel
  ) throws -> [RoundProblem.Option] {
    let pairing = LandPairing(request, parcel, in: snapshot, options.limits)
    let areas = try pairing.areas()
    guard areas.isEmpty else { return try areas.map { try options.option(pairing, area: $0) } }
    let area = try min(LandArea.units(request.area), LandArea.units(parcel.free))
    guard try area >= LandArea.units(request.leastArea), area > 0 else { return [] }
    return [try options.option(pairing, area: area)]
  }
}

extension BlockFinder.Group {
  /// The causes that the failed rules stand for, in the order in which they weigh.
  fileprivate var causes: [Block.Cause] {
    let causes = Set(rules.map { Block.Cause($0) })
    return Block.Cause.allCases.filter(causes.contains)
  }

  /// What stands for the group: another parcel, where nothing else would do.
  fileprivate var cause: Block.Cause {
    let causes = causes
    return causes.contains(.noParcelFits) ? .noParcelFits : causes.first ?? .noParcelFits
  }

  fileprivate var nearness: (Int, Int, Int64) {
    let causes = causes
    return (causes.contains(.noParcelFits) ? 0 : 1, -causes.count, score)
  }
}
