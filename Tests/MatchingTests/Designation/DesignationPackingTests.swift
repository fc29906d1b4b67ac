import Matching
import MatchingSupport
import Testing

/// The tighter prices, where resources pack whole members.
@Suite struct DesignationPackingTests {
  @Test func anyPricesGiveATrueBoundThatSeparateCodeRecomputes() throws {
    for seed in 0..<1000 {
      let draft = DesignationDraft.small(seed: seed, members: 4)
      var random = SplitMix(seed: seed + 700_000)
      let count = draft.resources.count
      let certificate = DesignationPackingCertificate(
        scale: Int64(random.below(4) + 1),
        pairPrices: (0..<count * draft.groups.count).map { _ in Int64(random.below(60)) - 20 },
        memberPrices: (0..<count * draft.members.count).map { _ in Int64(random.below(40)) - 8 })
      let bound = try certificate.bound(for: draft.build())
      try #require(bound == Int128(recount(draft, certificate)), "seed \(seed)")
      let best = try #require(DesignationBruteForce(draft).best)
      try #require(bound >= Int128(best), "seed \(seed)")
    }
  }

  @Test func tightensTheBoundOfAProblemTooLargeToEnumerate() throws {
    let draft = DesignationDraft.medium(seed: 2, unit: 1)
    let problem = try draft.build()
    let solution = try Engine.solve(problem, options: SolveOptions(workLimit: 5_000_000))
    let packing = try #require(solution.packing)
    #expect(try packing.bound(for: problem) == Int128(solution.tightestBound))
    #expect(solution.proof == .packing)
    #expect(solution.tightestBound < solution.bound)
    #expect(solution.tightestBound >= solution.objective)
    #expect(DesignationRecount.bound(draft, solution.certificate) == solution.bound)
  }

  @Test func inadmissiblePricesAreRefused() throws {
    let problem = try DesignationDraft.small(seed: 3).build()
    let pairs = [Int64](repeating: 0, count: problem.pairScores.count)
    let members = [Int64](repeating: 0, count: problem.memberScores.count)
    #expect(throws: DesignationCertificateError.scaleNotPositive(0)) {
      try DesignationPackingCertificate(scale: 0, pairPrices: pairs, memberPrices: members)
        .bound(for: problem)
    }
    #expect(throws: DesignationCertificateError.self) {
      try DesignationPackingCertificate(scale: 1, pairPrices: [], memberPrices: members)
        .bound(for: problem)
    }
    #expect(throws: DesignationCertificateError.overflow) {
      try DesignationPackingCertificate(
        scale: 1, pairPrices: pairs.map { _ in .min }, memberPrices: members
      ).bound(for: problem)
    }
  }

  /// The definition read literally: all pairs, all sets of groups, all subsets of members.
  private func recount(
    _ draft: DesignationDraft, _ certificate: DesignationPackingCertificate
  ) -> Int64 {
    let count = draft.resources.count
    func w(_ e: Int, _ b: Int) -> Int64 {
      draft.members[e].scores[b] > 0 ? certificate.memberPrices[e * count + b] : 0
    }
    var total: Int64 = 0
    for g in draft.groups.indices {
      let mine = draft.members.indices.filter { draft.members[$0].group == g }
      var best = Int64.min
      for a in 0..<count {
        for b in 0..<a {
          let own = certificate.pairPrices[g * count + a] + certificate.pairPrices[g * count + b]
          best = max(best, mine.reduce(own) { $0 + max(0, w($1, a), w($1, b)) })
        }
      }
      total += best
    }
    for b in 0..<count { total += bestPacking(draft, certificate, b) }
    return Int64((Double(total) / Double(certificate.scale)).rounded(.down))
  }

  private func bestPacking(
    _ draft: DesignationDraft, _ certificate: DesignationPackingCertificate, _ b: Int
  ) -> Int64 {
    let (count, scale) = (draft.resources.count, certificate.scale)
    var best: Int64 = 0
    for groups in 0..<1 << draft.groups.count where groups.nonzeroBitCount <= draft.limit(of: b) {
      for members in 0..<1 << draft.members.count {
        var (worth, use): (Int64, Int64) = (0, 0)
        for g in draft.groups.indices where groups >> g & 1 == 1 {
          worth += draft.groups[g].pairScores[b] * scale - certificate.pairPrices[g * count + b]
        }
        for e in draft.members.indices where members >> e & 1 == 1 {
          let member = draft.members[e]
          guard groups >> member.group & 1 == 1, member.scores[b] > 0 else { continue }
          worth += member.scores[b] * scale - certificate.memberPrices[e * count + b]
          use += member.amount
        }
        if use <= draft.resources[b].capacity { best = max(best, worth) }
      }
    }
    return best
  }
}
