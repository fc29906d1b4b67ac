import Matching
import MatchingSupport
import Testing

/// Odd problems have plain answers or plain refusals.
@Suite struct ExtremeTests {
  private func solve(_ draft: Draft) throws -> Solution { try Engine.solve(draft.build()) }

  @Test func nothingAtAll() throws {
    let solution = try solve(Draft())
    #expect(solution.choices.isEmpty)
    #expect(solution.objective == 0)
    #expect(solution.bound == 0)
    #expect(solution.status == .optimal)
  }

  @Test func noRows() throws {
    let draft = Draft(requests: [
      .init(options: [.init(3), .init(5)]), .init(), .init(options: [.init(0)]),
    ])
    let solution = try solve(draft)
    #expect(solution.choices == [1, -1, 0])
    #expect(solution.objective == 5)
    #expect(solution.status == .optimal)
  }

  @Test func capacityZero() throws {
    let draft = Draft(rows: [.init(upper: 0)], requests: [.init(options: [.init(9, on: 0)])])
    let solution = try solve(draft)
    #expect(solution.choices == [-1])
    #expect(solution.objective == 0)
    #expect(solution.status == .optimal)
    #expect(solution.entryCosts == [Int64.max])
  }

  @Test func lowerBoundAboveWhatExists() throws {
    let draft = Draft(
      rows: [.init(lower: 1_000_000_000_000, upper: 2_000_000_000_000, penalty: 3)],
      requests: [.init(options: [.init(1, on: 0)]), .init(options: [.init(0, on: 0)])])
    let solution = try solve(draft)
    #expect(solution.choices == [0, 0])
    #expect(solution.objective == 1 - 3 * (1_000_000_000_000 - 2))
    #expect(solution.status == .optimal)
  }

  /// What no allocation can make good is a stated gap, not an error.
  @Test func lowerBoundAboveUpper() throws {
    let draft = Draft(
      rows: [.init(lower: 3, upper: 1, penalty: 2)],
      requests: [.init(options: [.init(5, on: 0)]), .init(options: [.init(4, on: 0)])])
    let solution = try solve(draft)
    #expect(solution.choices == [0, -1])
    #expect(solution.objective == 5 - 4)
    #expect(solution.bound >= solution.objective)
  }

  @Test func scoresNearTheLimit() throws {
    let top = Int64(Int32.max)
    let draft = Draft(
      rows: [.init(upper: 1)],
      requests: [.init(options: [.init(top, on: 0)]), .init(options: [.init(top - 1, on: 0)])])
    #expect(try solve(draft).choices == [0, -1])
  }

  @Test func refusesSumsThatCouldOverflow() {
    let scores = Draft(requests: [
      .init(options: [.init(Int64.max / 2)]), .init(options: [.init(Int64.max / 2)]),
    ])
    #expect(throws: ProblemError.sumTooLarge(what: "the sum of scores")) { try scores.build() }
    let penalty = Draft(rows: [.init(lower: 1 << 40, upper: 1 << 40, penalty: 1 << 40)])
    #expect(throws: ProblemError.self) { try penalty.build() }
    let half = Problem.Use(row: 0, amount: 1 << 61)
    let uses = Draft(
      rows: [.init(upper: 5)],
      requests: [.init(options: [.init(score: 1, uses: [half]), .init(score: 1, uses: [half])])])
    #expect(throws: ProblemError.sumTooLarge(what: "the amounts that options use of row 0")) {
      try uses.build()
    }
  }

  @Test func refusesWhatIsNoProblem() {
    let request = Draft.Request(options: [.init(1, on: 0, 0)])
    let draft = Draft(rows: [.init()], requests: [request])
    #expect(throws: ProblemError.duplicateRow(request: 0, option: 0, row: 0)) { try draft.build() }
    #expect(throws: ProblemError.negativeScore(request: 0, option: 0, value: -1)) {
      try Draft(requests: [.init(options: [.init(-1)])]).build()
    }
    #expect(throws: ProblemError.unknownRow(request: 0, option: 0, row: 2)) {
      try Draft(rows: [.init()], requests: [.init(options: [.init(1, on: 2)])]).build()
    }
    #expect(throws: ProblemError.negativeRowValue(row: 0, name: "upper bound", value: -4)) {
      try Draft(rows: [.init(upper: -4)]).build()
    }
    let zero = Draft.Option(score: 1, uses: [Problem.Use(row: 0, amount: 0)])
    #expect(throws: ProblemError.amountNotPositive(request: 0, option: 0, row: 0, value: 0)) {
      try Draft(rows: [.init()], requests: [.init(options: [zero])]).build()
    }
    #expect(throws: ProblemError.optionWithoutRequest) {
      var builder = Problem.Builder()
      try builder.addOption(score: 1, uses: [])
    }
  }

  @Test func manyEqualRequestsOnOneRow() throws {
    var draft = Draft(rows: [.init(upper: 700)])
    for lottery in 0..<2000 {
      draft.requests.append(.init(lottery: UInt64(2000 - lottery), options: [.init(7, on: 0)]))
    }
    let solution = try solve(draft)
    #expect(solution.objective == 4900)
    #expect(solution.choices.map { $0 >= 0 } == (0..<2000).map { $0 >= 1300 })
  }

  @Test func oneRequestWithManyOptions() throws {
    var draft = Draft(rows: [.init()])
    draft.requests.append(.init(options: (0..<100_000).map { .init($0 % 1000, on: 0) }))
    let solution = try solve(draft)
    #expect(solution.objective == 999)
    #expect(solution.choices == [999])
  }
}
