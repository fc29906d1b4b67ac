import Matching

/// The best other pair of one chain, the other chains' banks being held.
struct RunnerUp: Hashable, Sendable {
  let pair: DesignatedPairs.Pair
  /// What the designation earns with it, the requests served anew.
  let objective: Int64
  /// No other pair of the chain earns more, the others being held.
  let bound: Int64
  /// Pairs whose requests were served anew.
  let tried: Int
}

/// Finds runners-up by enumeration of all other pairs, cut short by prices.
///
/// **Method.** The designation's prices bound what any pair can earn. Pairs are tried from the highest
/// bound down: the chain's requests are served anew with the pair, all others as they are. Once the
/// next bound is no higher than the best found, no pair left can be better.
///
/// **Complexity.** O(members · banks²) for the bounds, and at most ``limit`` servings a chain.
struct RunnerUpSearch: Sendable {
  private let draft: DesignationDraft
  private let designated: DesignatedPairs
  private let seed: String
  private let certificate: DesignationCertificate
  private let members: [[DesignationDraft.Member]]
  /// What the whole is worth at the prices with the designated pairs, times the scale.
  private let whole: Int128

  /// Pairs of one chain that are tried at most: 40 with up to a thousand requests, fewer where each
  /// serving takes longer and there are more chains. Where that ends the search, the bound of the next pair is part of the answer.
  private let limit: Int

  init(
    _ draft: DesignationDraft, _ designated: DesignatedPairs,
    _ certificate: DesignationCertificate, seed: String
  ) {
    self.draft = draft
    self.designated = designated
    self.certificate = certificate
    self.seed = seed
    let crowd = max(1000, draft.members.count)
    limit = max(3, 40_000_000 / (crowd * crowd))
    let byChain = Dictionary(grouping: draft.members, by: \.chain)
    members = draft.chains.indices.map { byChain[$0] ?? [] }
    var total: Int128 = 0
    for (index, bank) in draft.banks.enumerated() {
      total += Int128(certificate.capacityPrices[index]) * Int128(bank.capacity)
      total += Int128(certificate.placePrices[index]) * Int128(bank.maxChains)
    }
    whole = total
  }

  /// The runner-up of a chain; `nil` where no other two banks have a place.
  ///
  /// - Throws: `ProblemError`, `EngineError` for what the engine refuses.
  func find(_ chain: Int) throws -> RunnerUp? {
    let others = designated.pairs.indices.filter { $0 != chain }
      .reduce(whole) { $0 + worth($1, designated.pairs[$1]) }
    let candidates = otherPairs(chain).map { (pair: $0, bound: floor(others + worth(chain, $0))) }
      .sorted {
        ($1.bound, $0.pair.lead, $0.pair.partner) < ($0.bound, $1.pair.lead, $1.pair.partner)
      }
    var best: (pair: DesignatedPairs.Pair, objective: Int64)?
    var (bound, tried) = (Int64.min, 0)
    for candidate in candidates {
      if tried == limit || candidate.bound <= best?.objective ?? .min {
        bound = max(bound, candidate.bound)
        break
      }
      var changed = designated
      changed.pairs[chain] = candidate.pair
      let value = try draft.value(of: changed, seed: seed)
      tried += 1
      bound = max(bound, min(candidate.bound, value.bound))
      if value.objective > best?.objective ?? .min { best = (candidate.pair, value.objective) }
    }
    return best.map {
      RunnerUp(
        pair: $0.pair, objective: $0.objective, bound: max(bound, $0.objective), tried: tried)
    }
  }

  /// All other pairs of a chain for which both banks have a place.
  private func otherPairs(_ chain: Int) -> [DesignatedPairs.Pair] {
    let current = designated.pairs[chain]
    let load = designated.load(bankCount: draft.banks.count)
    let open = draft.banks.indices.filter {
      load[$0] - (current.contains($0) ? 1 : 0) < draft.banks[$0].maxChains
    }
    return open.flatMap { first in
      open.filter { $0 > first && !(current.contains(first) && current.contains($0)) }
        .map { draft.pair(first, $0, chain: chain, seed: seed) }
    }
  }

  /// What a pair is worth to a chain at the prices, times the scale; see
  /// `DesignationCertificate/bound(for:)`.
  private func worth(_ chain: Int, _ pair: DesignatedPairs.Pair) -> Int128 {
    let (scale, count) = (Int128(certificate.scale), draft.banks.count)
    let banks = [pair.lead, pair.partner]
    let own = banks.reduce(Int128(0)) { sum, bank in
      sum + Int128(draft.chains[chain].scores[bank]) * scale
        - Int128(certificate.placePrices[bank])
        + Int128(certificate.pairPrices[chain * count + bank]) * Int128(draft.banks[bank].capacity)
    }
    return members[chain].reduce(own) { sum, member in
      sum
        + banks.reduce(Int128(0)) { best, bank in
          guard member.scores[bank] > 0 else { return best }
          let price =
            Int128(certificate.capacityPrices[bank])
            + Int128(certificate.pairPrices[chain * count + bank])
          return max(best, Int128(member.scores[bank]) * scale - price * Int128(member.amount))
        }
    }
  }

  private func floor(_ scaled: Int128) -> Int64 {
    let (quotient, remainder) = scaled.quotientAndRemainder(dividingBy: Int128(certificate.scale))
    return Int64(clamping: remainder < 0 ? quotient - 1 : quotient)
  }
}
