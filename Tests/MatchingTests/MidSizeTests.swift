import Matching
import MatchingSupport
import Testing

/// Problems too large to try everything, against a second algorithm.
@Suite struct MidSizeTests {
  @Test func nestedRowsAgreeWithCycleCancelling() throws {
    for seed in 0..<30 {
      let (draft, above) = Draft.nestedWithForest(seed: seed, requests: 60, rows: 25, scores: 50)
      try expectSameOptimum(draft, above, seed)
    }
  }

  @Test func assignmentAgreesWithCycleCancelling() throws {
    for seed in 0..<8 {
      let draft = Draft.oneRow(
        seed: seed, requests: 30, rows: 25, degree: 5, capacity: 1 + seed % 3, scores: 1000)
      try expectSameOptimum(draft, draft.rows.map { _ in nil }, seed)
    }
  }

  private func expectSameOptimum(_ draft: Draft, _ above: [Int?], _ seed: Int) throws {
    let solution = try Engine.solve(draft.build())
    var second = CycleCancelling(draft, above: above)
    let empty = draft.rows.reduce(Int64(0)) { $0 - $1.penalty * $1.lower }
    try #require(solution.objective == empty + second.bestGain(), "seed \(seed)")
    try #require(Recount.objective(draft, solution.choices) == solution.objective, "seed \(seed)")
    try #require(Recount.bound(draft, solution.certificate) == solution.objective, "seed \(seed)")
    try #require(solution.status == .optimal, "seed \(seed)")
  }
}
