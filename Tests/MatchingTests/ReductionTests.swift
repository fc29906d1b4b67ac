import Dispatch
import Matching
import MatchingSupport
import Testing

/// What is left out or taken apart before solving is put back unseen.
@Suite struct ReductionTests {
  /// Rows that cross, but of which one can never bind, are nested in truth.
  @Test func rowsThatCannotBindDoNotMatter() throws {
    let draft = Draft(
      rows: [
        .init(upper: 1, lottery: 0), .init(upper: 9, lottery: 1), .init(upper: 1, lottery: 2),
      ],
      requests: [
        .init(lottery: 0, options: [.init(5, on: 0, 1), .init(3, on: 2)]),
        .init(lottery: 1, options: [.init(7, on: 0), .init(6, on: 1, 2)]),
        .init(lottery: 2, options: [.init(9, on: 0)]),
      ])
    let problem = try draft.build()
    #expect(Structure(of: problem) == .general)
    let solution = try Engine.solve(problem)
    #expect(solution.objective == 15)
    #expect(solution.status == .optimal)
    #expect(solution.certificate.rowPrices[1] == 0)
    #expect(Recount.bound(draft, solution.certificate) == 15)
  }

  @Test func dominatedOptionsAreNeverChosenAndStayCertified() throws {
    let draft = Draft(
      rows: [.init(upper: 1)],
      requests: [
        .init(lottery: 1, options: [.init(4, on: 0), .init(8, on: 0), .init(8, on: 0)]),
        .init(lottery: 2, options: [.init(6, on: 0), .init(7, on: 0)]),
      ])
    let solution = try Engine.solve(draft.build())
    #expect(solution.choices == [1, -1])
    #expect(solution.status == .optimal)
    #expect((0..<5).map { solution.entryCost(ofOption: $0) } == [8, 8, 8, 8, 8])
  }

  /// With several units an option may be dominated by one on other rows, which says nothing of where
  /// it would enter: no entry cost is claimed.
  @Test func dominatedOptionsOnOtherRowsHaveNoEntryCost() throws {
    let free = Draft.Option(score: 5, uses: [Problem.Use(row: 1, amount: 2)])
    let draft = Draft(
      rows: [.init(upper: 1, lottery: 0), .init(upper: 90, lottery: 1)],
      requests: [
        .init(lottery: 0, options: [.init(1, on: 0), free]),
        .init(lottery: 1, options: [.init(4, on: 0)]),
        .init(lottery: 2, options: [.init(3, on: 0)]),
      ])
    let solution = try Engine.solve(draft.build())
    #expect(solution.choices == [1, 0, -1])
    #expect(solution.status == .optimal)
    #expect(solution.entryCosts == nil)
  }

  /// Many small problems side by side: the same answer as each alone, at any number of threads.
  @Test func partsAreSolvedApart() throws {
    var whole = Draft()
    var alone: [Int64] = []
    for seed in 0..<60 {
      let part = Draft.nested(seed: seed)
      alone.append(try Engine.solve(part.build()).objective)
      let shift = whole.rows.count
      whole.rows += part.rows
      whole.requests += part.requests.map { request in
        var moved = request
        for index in moved.options.indices {
          moved.options[index].uses = request.options[index].uses.map {
            Problem.Use(row: $0.row + shift, amount: $0.amount)
          }
        }
        return moved
      }
    }
    let problem = try whole.build()
    let solution = try Engine.solve(problem)
    #expect(solution.objective == alone.reduce(0, +))
    #expect(solution.status == .optimal)
    #expect(solution.algorithm.contains("parts"))
    #expect(Recount.bound(whole, solution.certificate) == solution.objective)
    var options = SolveOptions(threads: 2)
    options.concurrentPerform = { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) }
    let parallel = try Engine.solve(problem, options: options)
    #expect(parallel.choices == solution.choices)
    #expect(parallel.certificate == solution.certificate)
    #expect(parallel.entryCosts == solution.entryCosts)
    #expect(parallel.status == solution.status)
  }
}
