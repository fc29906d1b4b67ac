import Matching
public import Postgres

/// What a round gave and what it used, stored or only just solved: the two sides of a difference.
public struct RoundResult: Sendable {
  /// What a request got.
  public struct Award: Hashable, Sendable {
    public let resource: String
    /// What goes with the resource; see ``RoundProblem/Option/companion``.
    public let companion: String?
    public let amount: Numeric
    public let unit: String
    public let score: Int64
  }

  /// A capacity with its use.
  public struct Row: Hashable, Sendable {
    public let kind: String
    public let resource: String
    public let unit: RowUnit
    public let upper: Int64
    public let used: Int64
    /// Points for one unit; `nil` for a row that the certificate packs exactly.
    public let price: Fraction?
  }

  public let objective: Int64
  public let bound: Int64
  public let status: String
  /// The enterprise of each request that took part.
  public let enterprises: [String: String]
  /// By request; those that got nothing have none.
  public let awards: [String: Award]
  /// By name.
  public let rows: [String: Row]
}

/// The unit of a row: how many places of the unit that people use one step of the row is.
public struct RowUnit: Hashable, Sendable {
  /// The unit that people use: mu where a row counts ten-thousandths of a mu.
  public let name: String
  let places: Int

  /// - Parameter text: as rows have it: `tce`, `0.0001 mu`.
  init(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 1)
    if parts.count == 2, let step = Numeric(text: String(parts[0])), step.mantissa == 1 {
      (name, places) = (String(parts[1]), step.scale)
    } else {
      (name, places) = (text, 0)
    }
  }

  /// An amount of the row in the unit that people use.
  func amount(_ steps: Int64) -> Numeric {
    (Numeric(mantissa: Int128(steps), scale: places) ?? 0).reduced
  }

  /// Points for one of the unit that people use, to two decimals.
  func price(_ price: Fraction) -> Numeric {
    guard let power = Numeric.powerOfTen(places), let whole = try? price.times(Fraction(power)),
      let shown = try? whole.floored(places: 2)
    else { return 0 }
    return shown.reduced
  }
}

extension RoundProblem.Row {
  /// An amount of the row as people write it: `12.5 mu`.
  func shown(_ amount: Int64) -> String {
    let unit = RowUnit(unit)
    return "\(unit.amount(amount)) \(unit.name)"
  }
}

extension RoundResult {
  /// A round that was only just solved.
  ///
  /// - Parameters:
  ///   - choices: what is chosen, where it is not what the solution chose.
  ///   - bound: a lower bound than the solution's, if one is known.
  ///   - settled: what was given before the round, and counts with it: pins.
  init(
    _ problem: RoundProblem, _ solution: Solution, choices: [Int32], bound: Int64? = nil,
    settled: [SettledRequest] = []
  ) {
    var used: [String: Int64] = [:]
    var awards: [String: Award] = [:]
    var points = settled.reduce(0) { $0 + $1.option.score }
    // Shortfalls that pins leave are in the problem's own bound.
    let bound = min(solution.bound, bound ?? .max) + points
    for (request, choice) in zip(problem.requests, choices) where choice >= 0 {
      let option = request.options[Int(choice)]
      points += option.score
      awards[request.number] = Award(option)
      for use in option.uses { used[use.row, default: 0] += use.amount }
    }
    for settled in settled { awards[settled.request.number] = Award(settled.option) }
    for row in problem.rows where row.penalty > 0 {
      points -= row.penalty * max(0, row.lower - (used[row.name] ?? 0))
    }
    // What was given before the round is used of the same rows: it is no free capacity, and it is told.
    var given: [String: Int64] = [:]
    for use in settled.flatMap(\.option.uses) { given[use.row, default: 0] += use.amount }
    let prices = solution.certificate.rowPrices
    let isProved = bound == points && solution.status != .stable
    let status = isProved ? Solution.Status.optimal : solution.status
    self.init(
      objective: points, bound: bound, status: status.rawValue,
      enterprises: Dictionary(
        (problem.requests + settled.map(\.request)).map { ($0.number, $0.enterprise) },
        uniquingKeysWith: { first, _ in first }),
      awards: awards,
      rows: Dictionary(
        problem.rows.enumerated().map { number, row in
          (
            row.name,
            Row(
              kind: row.kind, resource: row.resource, unit: RowUnit(row.unit),
              upper: row.upper + (given[row.name] ?? 0),
              used: (used[row.name] ?? 0) + (given[row.name] ?? 0),
              price: Self.price(prices[number], solution.certificate.scale))
          )
        }, uniquingKeysWith: { first, _ in first }))
  }

  static func price(_ price: Int64?, _ scale: Int64) -> Fraction? {
    price.flatMap { try? Fraction(Int128($0), over: Int128(scale)) }
  }
}

extension RoundResult.Award {
  init(_ option: RoundProblem.Option) {
    self.init(
      resource: option.resource, companion: option.companion, amount: option.amount.reduced,
      unit: option.unit,
      score: option.score)
  }
}
