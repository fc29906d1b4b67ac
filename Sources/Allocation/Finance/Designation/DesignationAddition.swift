import Postgres

/// Chains that come onto the list while a term is under way, and what the others keep meanwhile.
struct DesignationAddition: Hashable, Sendable {
  /// The first day of the new pairs.
  let startsOn: DateOnly
  /// The added chains, by code.
  let chains: Set<String>
  /// The pairs of the other chains on that day.
  let held: [ChainBanks]
  /// For each bank the most chains that it has on any day from then on to the term's end.
  let load: [String: Int]
}

extension DesignationDraft {
  /// The problem of the added chains: the others' pairs stay, and what those can lend to their own
  /// open requests is taken off the lines first.
  ///
  /// - Throws: what the engine refuses.
  func left(by addition: DesignationAddition, seed: String) throws -> DesignationDraft {
    let banks = Set(self.banks.map(\.code))
    let held = addition.held.filter { $0.banks.allSatisfy(banks.contains) }
    let others = limited(to: Set(held.map(\.chain)).subtracting(addition.chains))
    let served = try others.value(of: others.designated(held), seed: seed).served
    var taken = [Int64](repeating: 0, count: self.banks.count)
    for (member, bank) in zip(others.members, served) where bank >= 0 {
      taken[Int(bank)] += member.amount
    }
    let added = limited(to: addition.chains)
    return DesignationDraft(
      banks: zip(self.banks, taken).map { bank, amount in
        Bank(
          code: bank.code, capacity: max(0, bank.capacity - amount),
          maxChains: max(0, bank.maxChains - addition.load[bank.code, default: 0]))
      }, chains: added.chains, members: added.members)
  }
}
