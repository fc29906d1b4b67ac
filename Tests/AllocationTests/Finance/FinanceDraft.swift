@testable import Allocation

/// Small designation problems, and every answer that there is.
enum FinanceDraft {
  /// - Returns: a problem with few chains, banks and requests.
  static func small(seed: UInt64) -> DesignationDraft {
    var random = Generator(state: seed)
    let banks = (0..<4).map { index in
      DesignationDraft.Bank(
        code: "B\(index)", capacity: Int64.random(in: 0...12, using: &random),
        maxChains: Int.random(in: 1...2, using: &random) + (index == 0 ? 1 : 0))
    }
    let chains = (0..<2).map { index in
      DesignationDraft.Chain(
        code: "C\(index)", scores: banks.map { _ in Int64.random(in: 0...30, using: &random) })
    }
    let members = (0..<5).map { index in
      DesignationDraft.Member(
        request: "R\(index)", uscc: "U\(index)", chain: Int.random(in: 0...1, using: &random),
        amount: Int64.random(in: 1...7, using: &random),
        scores: banks.map { _ in max(0, Int64.random(in: -5...20, using: &random)) })
    }
    return DesignationDraft(banks: banks, chains: chains, members: members)
  }

  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  /// The best that given pairs can earn, by trying everything.
  static func best(_ draft: DesignationDraft, _ pairs: [DesignatedPairs.Pair]) -> Int64 {
    let history = zip(draft.chains, pairs).reduce(Int64(0)) {
      $0 + $1.0.scores[$1.1.lead] + $1.0.scores[$1.1.partner]
    }
    return history + serve(draft, pairs, 0, draft.banks.map(\.capacity))
  }

  private static func serve(
    _ draft: DesignationDraft, _ pairs: [DesignatedPairs.Pair], _ index: Int, _ left: [Int64]
  ) -> Int64 {
    guard index < draft.members.count else { return 0 }
    let member = draft.members[index]
    var best = serve(draft, pairs, index + 1, left)
    for bank in [pairs[member.chain].lead, pairs[member.chain].partner]
    where member.scores[bank] > 0 && member.amount <= left[bank] {
      var after = left
      after[bank] -= member.amount
      best = max(best, member.scores[bank] + serve(draft, pairs, index + 1, after))
    }
    return best
  }

  /// Every way to give the chains two banks each within the banks' limits.
  static func designations(_ draft: DesignationDraft) -> [[DesignatedPairs.Pair]] {
    let count = draft.banks.count
    let pairs = (0..<count).flatMap { a in ((a + 1)..<max(count, a + 1)).map { (a, $0) } }
    return pairs.flatMap { first in
      pairs.map { second in
        [
          draft.pair(first.0, first.1, chain: 0, seed: "s"),
          draft.pair(second.0, second.1, chain: 1, seed: "s"),
        ]
      }
    }.filter { pairs in
      let load = DesignatedPairs(pairs: pairs).load(bankCount: count)
      return zip(load, draft.banks).allSatisfy { pair in pair.0 <= pair.1.maxChains }
    }
  }
}
