import Matching

/// Sizes that a test in a debug build would spend too long on.
enum Extremes {
  static func run() throws {
    try timed("10^6 requests on one row", crowd)
    try timed("10^6 requests on one row of several units", crowdOfUnits)
    try timed("one request with 10^6 options", choice)
    try timed("one request with 10^6 options of several units", choiceOfUnits)
  }

  private static func timed(_ name: String, _ body: () throws -> Void) throws {
    let start = ContinuousClock.now
    do {
      try body()
    } catch {
      throw CheckFailure(what: "\(name): \(error)")
    }
    print("\(name): \(start.duration(to: .now))")
  }

  private static let million = 1_000_000

  /// Equal scores and room for seven in ten: the smaller lottery numbers are served.
  private static func crowd() throws {
    let room = 700_000
    var builder = Problem.Builder()
    builder.reserve(requests: million, options: million, uses: million)
    builder.addRow(lower: 0, upper: Int64(room), penalty: 0, lottery: 1)
    for request in 0..<million {
      builder.addRequest(lottery: UInt64(million - request))
      try builder.addOption(score: 7, uses: [Problem.Use(row: 0, amount: 1)])
    }
    let solution = try Engine.solve(builder.build())
    try require(solution.objective == 7 * Int64(room) && solution.status == .optimal, "objective")
    let isFair = solution.choices.enumerated().allSatisfy { ($1 >= 0) == ($0 >= million - room) }
    try require(isFair, "the lottery does not decide")
  }

  private static func crowdOfUnits() throws {
    var builder = Problem.Builder()
    builder.addRow(lower: 0, upper: 3_000_000, penalty: 0, lottery: 1)
    for request in 0..<million {
      builder.addRequest(lottery: UInt64(request))
      let use = Problem.Use(row: 0, amount: Int64(1 + request % 9))
      try builder.addOption(score: Int64(1 + request % 101), uses: [use])
    }
    let problem = try builder.build()
    let solution = try Engine.solve(problem, options: SolveOptions(workLimit: 100_000_000))
    try require(problem.usage(of: solution.choices)[0] <= 3_000_000, "the row is exceeded")
    try require(solution.relativeGap < 0.001, "gap \(solution.relativeGap)")
  }

  private static func choice() throws {
    var builder = Problem.Builder()
    for row in 0..<1000 { builder.addRow(lower: 0, upper: 1, penalty: 0, lottery: UInt64(row)) }
    builder.addRequest(lottery: 1)
    for option in 0..<million {
      let use = Problem.Use(row: option % 1000, amount: 1)
      try builder.addOption(score: Int64(option * 7919 % million), uses: [use])
    }
    let solution = try Engine.solve(builder.build())
    try require(solution.objective == Int64(million - 1), "objective \(solution.objective)")
    try require(solution.status == .optimal, "status \(solution.status)")
  }

  private static func choiceOfUnits() throws {
    var builder = Problem.Builder()
    builder.addRow(lower: 0, upper: 500, penalty: 0, lottery: 1)
    builder.addRequest(lottery: 1)
    for option in 0..<million {
      let use = Problem.Use(row: 0, amount: Int64(1 + option % 1000))
      try builder.addOption(score: Int64(option), uses: [use])
    }
    let solution = try Engine.solve(builder.build())
    // The last option that fits: its amount is 500.
    try require(solution.objective == 999_499, "objective \(solution.objective)")
  }
}
