import Matching

extension DesignationDraft {
  /// What an office would do without the engine: chain by chain in the order of the list, the two
  /// banks that are best for it — history and what the bank alone could serve of the chain's
  /// requests with what is left of its line — among those that still have a place.
  ///
  /// - Returns: `nil` where that leaves a chain without two banks.
  /// - Complexity: O(chains · banks · members log members).
  func sequentialPairs(seed: String) -> DesignatedPairs? {
    var places = banks.map(\.maxChains)
    var left = banks.map(\.capacity)
    var pairs: [DesignatedPairs.Pair] = []
    for chain in chains.indices {
      let open = banks.indices.filter { places[$0] > 0 }
      let worths = open.map { bank in
        (bank: bank, worth: chains[chain].scores[bank] + alone(chain, bank, within: left[bank]))
      }
      let best = worths.sorted { ($1.worth, $0.bank) < ($0.worth, $1.bank) }.prefix(2).map(\.bank)
      guard best.count == 2 else { return nil }
      for bank in best { places[bank] -= 1 }
      serve(chain, best, &left)
      pairs.append(pair(best[0], best[1], chain: chain, seed: seed))
    }
    return DesignatedPairs(pairs: pairs)
  }

  /// The points of a chain's requests that a bank alone could serve, the densest first.
  private func alone(_ chain: Int, _ bank: Int, within capacity: Int64) -> Int64 {
    var (left, points) = (capacity, Int64(0))
    for member in densest(chain, [bank]) where member.amount <= left {
      left -= member.amount
      points += member.scores[bank]
    }
    return points
  }

  /// Takes off the lines what the two banks lend the chain, each request at the better of the two
  /// that still has room.
  private func serve(_ chain: Int, _ pair: [Int], _ left: inout [Int64]) {
    for member in densest(chain, pair) {
      let banks = pair.filter { member.scores[$0] > 0 && member.amount <= left[$0] }
      if let best = banks.max(by: { member.scores[$0] < member.scores[$1] }) {
        left[best] -= member.amount
      }
    }
  }

  /// The chain's requests, most points a unit first.
  private func densest(_ chain: Int, _ pair: [Int]) -> [Member] {
    func best(_ member: Member) -> Int64 { pair.map { member.scores[$0] }.max() ?? 0 }
    return members.filter { $0.chain == chain && best($0) > 0 }.sorted {
      let (left, right) = (best($0) * $1.amount, best($1) * $0.amount)
      return left != right ? left > right : $0.request < $1.request
    }
  }
}
