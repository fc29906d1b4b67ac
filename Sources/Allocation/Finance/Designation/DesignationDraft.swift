import Matching
import Postgres

/// A designation problem in the office's own words: chains, banks, and the requests that the pairs
/// could serve. Everything is in canonical order (by code or number, compared as UTF-8).
struct DesignationDraft: Hashable, Sendable {
  struct Bank: Hashable, Sendable {
    let code: String
    /// 万元 in the term.
    let capacity: Int64
    /// Chains it serves at most.
    let maxChains: Int
  }

  struct Chain: Hashable, Sendable {
    let code: String
    /// Points of history, one a bank.
    let scores: [Int64]
  }

  struct Member: Hashable, Sendable {
    let request: String
    let uscc: String
    /// The index of its chain.
    let chain: Int
    /// 万元.
    let amount: Int64
    /// Points of the best product at each bank; 0 where none is eligible.
    let scores: [Int64]
  }

  let banks: [Bank]
  let chains: [Chain]
  let members: [Member]
}

extension DesignationDraft {
  /// Draws up the problem of a snapshot.
  init(_ snapshot: DesignationSnapshot, _ policy: Policy) throws {
    let market = try FinanceMarket(snapshot.market, policy)
    let score = try DesignationScore(policy)
    let history = Dictionary(
      snapshot.market.history.map { ("\($0.bank)/\($0.chain)", $0) },
      uniquingKeysWith: { first, _ in first })
    let known = Dictionary(
      snapshot.chains.enumerated().map { ($0.element.code, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    banks = snapshot.market.banks.map {
      Bank(code: $0.code, capacity: snapshot.lines[$0.code] ?? 0, maxChains: $0.maxChains)
    }
    chains = try snapshot.chains.map { chain in
      Chain(
        code: chain.code,
        scores: try snapshot.market.banks.map {
          try score.points(history["\($0.code)/\(chain.code)"])
        })
    }
    members = try snapshot.market.requests.compactMap { request in
      guard let chain = request.chain.flatMap({ known[$0] }) else { return nil }
      return Member(
        request: request.number, uscc: request.uscc, chain: chain, amount: request.amountWan,
        scores: try snapshot.market.banks.map { try market.bestPoints(request, at: $0) })
    }
  }

  /// The problem in the engine's form, with the lottery numbers that the seed gives.
  ///
  /// - Throws: `DesignationProblemError` for what the engine refuses, such as too few places.
  func problem(seed: String) throws -> DesignationProblem {
    func lottery(_ subject: String) -> UInt64 { Lottery.number(seed: seed, subject: subject) }
    var builder = DesignationProblem.Builder(groupLimit: 0)
    for bank in banks {
      builder.addResource(
        capacity: bank.capacity, groupLimit: bank.maxChains, lottery: lottery(bank.code))
    }
    for chain in chains {
      builder.addGroup(pairScores: chain.scores, lottery: lottery(chain.code))
    }
    for member in members {
      builder.addMember(
        group: member.chain, amount: member.amount, scores: member.scores,
        lottery: lottery(member.request))
    }
    return try builder.build()
  }
}

extension FinanceMarket {
  /// The points of a bank's best product for a request; 0 where the bank cannot serve it. Lines are
  /// not asked for here: the term's line is the bank's capacity.
  func bestPoints(_ request: FinanceRequest, at bank: Bank) throws -> Int64 {
    guard failures(request, at: bank).allSatisfy({ $0.rule == .line }) else { return 0 }
    return try products(of: bank).filter { $0.failures(for: request).isEmpty }
      .map { try points(request, $0) }.max() ?? 0
  }
}
