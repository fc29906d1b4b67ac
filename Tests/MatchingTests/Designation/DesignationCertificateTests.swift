import Matching
import MatchingSupport
import Testing

/// Prices prove a bound whoever made them.
@Suite struct DesignationCertificateTests {
  private func randomPrices(
    _ draft: DesignationDraft, _ random: inout SplitMix
  ) -> DesignationCertificate {
    func prices(_ count: Int, _ most: Int) -> [Int64] {
      (0..<count).map { _ in random.chance(percent: 40) ? 0 : Int64(random.below(most)) }
    }
    let count = draft.resources.count
    return DesignationCertificate(
      scale: Int64(random.below(5) + 1), capacityPrices: prices(count, 12),
      placePrices: prices(count, 30), pairPrices: prices(count * draft.groups.count, 6))
  }

  @Test func anyPricesGiveATrueBoundThatSeparateCodeRecomputes() throws {
    for seed in 0..<2000 {
      let draft = DesignationDraft.small(seed: seed, members: 4)
      var random = SplitMix(seed: seed + 500_000)
      let certificate = randomPrices(draft, &random)
      let bound = try certificate.bound(for: draft.build())
      try #require(bound == Int128(DesignationRecount.bound(draft, certificate)), "seed \(seed)")
      let best = try #require(DesignationBruteForce(draft).best)
      try #require(bound >= Int128(best), "seed \(seed)")
    }
  }

  @Test func inadmissiblePricesAreRefused() throws {
    let draft = DesignationDraft.small(seed: 3)
    let problem = try draft.build()
    let count = draft.resources.count
    func certificate(
      scale: Int64 = 1, capacity: Int64 = 0, missing: Int = 0
    ) -> DesignationCertificate {
      DesignationCertificate(
        scale: scale, capacityPrices: Array(repeating: capacity, count: count),
        placePrices: Array(repeating: 0, count: count - missing),
        pairPrices: Array(repeating: 0, count: count * draft.groups.count))
    }
    #expect(throws: DesignationCertificateError.scaleNotPositive(0)) {
      try certificate(scale: 0).bound(for: problem)
    }
    #expect(
      throws: DesignationCertificateError.negativePrice(
        what: "capacity prices", index: 0, price: -1)
    ) { try certificate(capacity: -1).bound(for: problem) }
    #expect(
      throws: DesignationCertificateError.wrongCount(
        what: "place prices", expected: count, found: count - 1)
    ) { try certificate(missing: 1).bound(for: problem) }
    #expect(try certificate().bound(for: problem) >= 0)
  }

  @Test func absurdPricesDoNotTrap() throws {
    let problem = try DesignationDraft.small(seed: 3).build()
    let count = problem.resourceCount
    let absurd = DesignationCertificate(
      scale: .max, capacityPrices: Array(repeating: .max, count: count),
      placePrices: Array(repeating: .max, count: count),
      pairPrices: Array(repeating: .max, count: count * problem.groupCount))
    _ = try? absurd.bound(for: problem)
  }
}
