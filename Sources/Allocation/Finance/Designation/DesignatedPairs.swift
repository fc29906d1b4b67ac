import Matching

/// The two banks of each chain, by index, and what such a choice is worth.
struct DesignatedPairs: Hashable, Sendable {
  struct Pair: Hashable, Sendable {
    let lead: Int
    let partner: Int

    func contains(_ bank: Int) -> Bool { lead == bank || partner == bank }
  }

  var pairs: [Pair]

  /// How many chains each bank has.
  func load(bankCount: Int) -> [Int] {
    var load = [Int](repeating: 0, count: bankCount)
    for pair in pairs {
      load[pair.lead] += 1
      load[pair.partner] += 1
    }
    return load
  }
}

/// What given pairs earn, with the requests served as well as can be found.
struct PairsValue: Hashable, Sendable {
  /// Points of history and of the requests served.
  let objective: Int64
  /// No way to serve requests by these pairs earns more.
  let bound: Int64
  /// For each member the index of the bank that serves it, or −1.
  let served: [Int32]
}

extension DesignationDraft {
  /// The lead is the bank with the more points in the chain; equal points fall by lottery.
  func pair(_ first: Int, _ second: Int, chain: Int, seed: String) -> DesignatedPairs.Pair {
    func isLead(_ bank: Int, before other: Int) -> Bool {
      let scores = chains[chain].scores
      guard scores[bank] == scores[other] else { return scores[bank] > scores[other] }
      let lottery = [bank, other].map { Lottery.number(seed: seed, subject: banks[$0].code) }
      return lottery[0] != lottery[1] ? lottery[0] < lottery[1] : bank < other
    }
    return isLead(first, before: second)
      ? DesignatedPairs.Pair(lead: first, partner: second)
      : DesignatedPairs.Pair(lead: second, partner: first)
  }

  /// Serves the requests anew by given pairs.
  ///
  /// - Throws: `ProblemError`, `EngineError` for what the engine refuses.
  /// - Complexity: one round of the engine over the requests with two options each.
  func value(of designated: DesignatedPairs, seed: String) throws -> PairsValue {
    var builder = Problem.Builder()
    var lenders: [[Int32]] = []
    for bank in banks {
      builder.addRow(
        lower: 0, upper: bank.capacity, penalty: 0,
        lottery: Lottery.number(seed: seed, subject: bank.code))
    }
    for member in members {
      builder.addRequest(lottery: Lottery.number(seed: seed, subject: member.request))
      let pair = designated.pairs[member.chain]
      let able = [pair.lead, pair.partner].filter { member.scores[$0] > 0 }
      lenders.append(able.map { Int32($0) })
      for bank in able {
        try builder.addOption(
          score: member.scores[bank], uses: [.init(row: bank, amount: member.amount)])
      }
    }
    let solution = try Engine.solve(
      builder.build(), options: SolveOptions(workLimit: Self.servingWork, wantsEntryCosts: false))
    let history = historyPoints(of: designated)
    return PairsValue(
      objective: history + solution.objective, bound: history + solution.bound,
      served: zip(lenders, solution.choices).map { $1 < 0 ? -1 : $0[Int($1)] })
  }

  /// Steps for serving requests once: enough for a gap far below what another pair makes.
  private static let servingWork: Int64 = 20_000_000

  private func historyPoints(of designated: DesignatedPairs) -> Int64 {
    zip(chains, designated.pairs).reduce(0) {
      $0 + $1.0.scores[$1.1.lead] + $1.0.scores[$1.1.partner]
    }
  }
}
