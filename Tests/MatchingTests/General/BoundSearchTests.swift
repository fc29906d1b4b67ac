import MatchingSupport
import Testing

@testable import Matching

@Suite struct BoundSearchTests {
  /// Two parcels that one request fills, and a quota that has room for one of four: by merit the
  /// parcels are kept, and only the quota's packing proves the answer.
  private func quotaProblem() throws -> Problem {
    var random = SplitMix(seed: 1)
    var draft = Draft()
    for _ in 0..<3 { draft.rows.append(Draft.Row(upper: 10, lottery: random.next())) }
    for request in 0..<4 {
      let uses = [
        Problem.Use(row: request / 2, amount: 10), Problem.Use(row: 2, amount: 6),
      ]
      draft.requests.append(
        Draft.Request(
          lottery: random.next(), options: [Draft.Option(score: 10, uses: uses)]))
    }
    return try draft.build()
  }

  private func search(_ problem: Problem, work: Int64) throws -> BoundSearch {
    let start = Certificate.price(
      scale: 1, rowPrices: [Int64](repeating: 0, count: problem.rowCount))
    var search = BoundSearch(
      problem, best: 10, from: start, leading: [], WorkMeter(limit: work))
    let found = search.run()
    #expect(try found.bound(for: problem) == search.bound)
    return search
  }

  @Test func anotherChoiceOfRowsProvesTheAnswer() throws {
    let problem = try quotaProblem()
    let all = [Bool](repeating: true, count: problem.optionCount)
    let kept = KeptRows(problem, all, [true, true, true]).choose()
    #expect(kept == [true, true, false])
    let found = try search(problem, work: .max)
    #expect(found.bound == 10)
    #expect(found.leading == [2])
  }

  @Test func withoutWorkTheCertificateStays() throws {
    let problem = try quotaProblem()
    let found = try search(problem, work: 0)
    #expect(found.bound == 40)
    #expect(found.leading.isEmpty)
  }

  @Test func leadingRowsAreKeptBeforeOthers() throws {
    let problem = try quotaProblem()
    let all = [Bool](repeating: true, count: problem.optionCount)
    let rows = KeptRows(problem, all, [true, true, true])
    #expect(rows.choose(leading: [2]) == [false, false, true])
    #expect(rows.choose(leading: [1, 2]) == [true, true, false])
  }
}
