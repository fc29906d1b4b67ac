import MatchingSupport
import Synchronization
import Testing

@testable import Matching

/// General rows at the edges of what can be asked.
@Suite struct GeneralExtremeTests {
  @Test func nothingToDecide() throws {
    let empty = try solve(Draft())
    #expect(empty.objective == 0 && empty.bound == 0 && empty.status == .optimal)

    // No option anywhere: the shortfall is certain, and the bound knows it.
    let wish = Draft(
      rows: [Draft.Row(lower: 3, upper: 5, penalty: 4)], requests: [Draft.Request()])
    let missed = try solve(wish)
    #expect(missed.objective == -12)
    #expect(missed.bound == -12)
  }

  @Test func capacityZeroServesNoOne() throws {
    let solution = try solve(crowd(upper: 0, scores: [5, 6], amount: 2))
    #expect(solution.choices == [-1, -1])
    #expect(solution.objective == 0 && solution.status == .optimal)
  }

  @Test func scoresOfZeroAndEqualScores() throws {
    #expect(try solve(crowd(upper: 4, scores: [0, 0, 0], amount: 2)).objective == 0)
    let equal = try solve(crowd(upper: 4, scores: [7, 7, 7], amount: 2))
    #expect(equal.objective == 14 && equal.status == .optimal)
  }

  @Test func largeValuesStayExact() throws {
    let top = Int64(Int32.max)
    var draft = crowd(upper: 3 * top, scores: [top, top - 1, top - 2, top - 3], amount: top)
    let solution = try solve(draft)
    #expect(solution.objective == 3 * top - 3)
    #expect(solution.bound >= solution.objective)

    // Sums that could pass 2⁶² are refused before anything is solved.
    draft.requests[0].options[0].score = Int64.max / 2
    draft.requests[1].options[0].score = Int64.max / 2
    #expect(throws: ProblemError.self) { try draft.build() }
  }

  @Test func penaltiesPayForServiceThatScoresNothing() throws {
    // Serving earns nothing but saves 3 units of shortfall at 5 points each.
    var draft = crowd(upper: 9, scores: [0, 0], amount: 3)
    draft.rows[0].lower = 3
    draft.rows[0].penalty = 5
    let solution = try solve(draft)
    #expect(solution.objective == 0)
    #expect(solution.assigned >= 1)
  }

  /// Packings of so many requests are too long to recompute, so the prices alone prove the answer.
  @Test func oneBudgetOfManyRequestsIsProvedByItsPrice() throws {
    var random = SplitMix(seed: 5)
    var draft = Draft(rows: [Draft.Row(upper: 3_000_000)])
    for number in 0..<60_000 {
      let use = Problem.Use(row: 0, amount: Int64(1 + random.below(1000)))
      let option = Draft.Option(score: Int64(1 + random.below(1_000_000)), uses: [use])
      draft.requests.append(Draft.Request(lottery: UInt64(number), options: [option]))
    }
    let solution = try Engine.solve(draft.build(), options: SolveOptions(workLimit: 60_000_000))
    #expect(solution.relativeGap < 0.0001)
  }

  @Test func stopEndsWithATrueBound() throws {
    let draft = Draft.general(seed: 17, requests: 40, parcels: 8, quotas: 3, scores: 1000)
    let problem = try draft.build()
    let canonical = CanonicalProblem(problem)
    let answer = GeneralSolver.solve(canonical.problem, SolveOptions(shouldStop: { true }))
    let stopped = Solution(answer, canonical, problem)
    #expect(stopped.bound >= stopped.objective)
    #expect(Recount.objective(draft, stopped.choices) == stopped.objective)
    #expect(stopped.status == .timeLimit || stopped.status == .optimal)
  }

  @Test func timeThatIsOverIsSaidWhoeverNoticed() throws {
    var unproved = 0
    for seed in 0..<6 {
      let problem = try Draft.general(
        seed: seed, requests: 120, parcels: 16, quotas: 4, scores: 100_000
      ).build()
      let canonical = CanonicalProblem(problem)
      let answer = GeneralSolver.solve(canonical.problem, SolveOptions(workLimit: 1))
      guard Solution(answer, canonical, problem).status == .within else { continue }
      unproved += 1
      #expect(Solution(answer, canonical, problem, isTimeOver: true).status == .timeLimit)
    }
    #expect(unproved > 0)
  }

  /// The time passes between the search's only question and its end.
  @Test func timeIsAskedAtTheEnd() throws {
    for seed in 0..<6 {
      let problem = try Draft.general(
        seed: seed, requests: 120, parcels: 16, quotas: 4, scores: 100_000
      ).build()
      let questions = Mutex(0)
      let options = SolveOptions(
        workLimit: 1,
        shouldStop: {
          questions.withLock { count in
            count += 1
            return count > 1
          }
        })
      #expect(try Engine.solve(problem, options: options).status != .within)
    }
  }

  /// Requests of one option each on one row, with a second row that never binds alone.
  private func crowd(upper: Int64, scores: [Int64], amount: Int64) -> Draft {
    var draft = Draft(rows: [Draft.Row(upper: upper, lottery: 1)])
    for (index, score) in scores.enumerated() {
      let option = Draft.Option(score: score, uses: [Problem.Use(row: 0, amount: amount)])
      draft.requests.append(Draft.Request(lottery: UInt64(index), options: [option]))
    }
    return draft
  }

  private func solve(_ draft: Draft) throws -> Solution {
    let problem = try draft.build()
    let canonical = CanonicalProblem(problem)
    return Solution(GeneralSolver.solve(canonical.problem, SolveOptions()), canonical, problem)
  }
}
