import MatchingSupport
import Testing

@testable import Matching

/// Options that pair rows of two kinds: an exact flow, although rows cross.
@Suite("paired rows")
struct PairedTests {
  /// Each request may have some rows of either kind, any with any.
  private func paired(
    _ random: inout SplitMix, requests: Int, kinds: (Int, Int), ties: Bool
  ) -> Draft {
    func number(_ most: Int) -> Int { Int.random(in: 0...most, using: &random) }
    let rows = (0..<(kinds.0 + kinds.1)).map { index in
      let lower = number(3) == 0 ? Int64(number(2)) : 0
      return Draft.Row(
        lower: lower, upper: max(lower, Int64(number(2))),
        penalty: Int64(lower > 0 ? number(40) : 0),
        lottery: UInt64(index))
    }
    let asked = (0..<requests).map { index in
      let left = (0..<kinds.0).filter { _ in number(2) > 0 }
      let right = (kinds.0..<kinds.0 + kinds.1).filter { _ in number(2) > 0 }
      let worth = rows.indices.map { _ in Int64(ties ? number(1) * 10 : number(50)) }
      let options = left.flatMap { one in
        right.map { other in Draft.Option(worth[one] + worth[other], on: one, other) }
      }
      return Draft.Request(lottery: UInt64(index), options: options)
    }
    return Draft(rows: rows, requests: asked)
  }

  @Test("Agrees with trying every allocation, and proves it", arguments: 0..<150)
  func bruteForce(seed: Int) throws {
    var random = SplitMix(seed: seed)
    let draft = paired(&random, requests: 1 + seed % 4, kinds: (2, 2), ties: seed % 2 == 0)
    let solution = try Engine.solve(try draft.build())
    let best = try #require(BruteForce(draft).best)
    #expect(solution.objective == best.objective)
    #expect(Recount.objective(draft, solution.choices) == best.objective)
    #expect(Recount.bound(draft, solution.certificate) == best.objective)
    #expect(solution.bound == solution.objective)
  }

  @Test("Hundreds of requests: gap 0, the same answer from any order of input")
  func large() throws {
    var random = SplitMix(seed: 7)
    let draft = paired(&random, requests: 300, kinds: (60, 40), ties: false)
    let solution = try Engine.solve(try draft.build())
    #expect(solution.algorithm.contains("paired rows"))
    #expect(solution.bound == solution.objective)
    #expect(Recount.objective(draft, solution.choices) == solution.objective)
    #expect(Recount.bound(draft, solution.certificate) == solution.objective)
    let shuffle = draft.shuffled(using: &random)
    let other = try Engine.solve(try shuffle.draft.build())
    for (request, choice) in solution.choices.enumerated() {
      let moved = other.choices[shuffle.requestPlace[request]]
      let expected = choice < 0 ? -1 : Int32(shuffle.optionPlace[request][Int(choice)])
      #expect(moved == expected)
    }
  }

  @Test("Scores that are no sum, missing pairs and odd rings are not taken for pairs")
  func others() throws {
    let rows = [Draft.Row](repeating: Draft.Row(), count: 4)
    let missing = [Draft.Option(5, on: 0, 2), Draft.Option(4, on: 1, 3), Draft.Option(3, on: 0, 3)]
    let noSum = [
      Draft.Option(5, on: 0, 2), Draft.Option(4, on: 0, 3), Draft.Option(3, on: 1, 2),
      Draft.Option(3, on: 1, 3),
    ]
    let ring = [Draft.Option(1, on: 0, 1), Draft.Option(1, on: 1, 2), Draft.Option(1, on: 2, 0)]
    for options in [missing, noSum] {
      #expect(RowPairing(try Draft(rows: rows, requests: [.init(options: options)]).build()) == nil)
    }
    let apart = Draft(rows: rows, requests: ring.map { .init(options: [$0]) })
    #expect(RowPairing(try apart.build()) == nil)
    #expect(RowPairing(try Draft(rows: rows, requests: [.init(options: [ring[0]])]).build()) != nil)
  }
}
