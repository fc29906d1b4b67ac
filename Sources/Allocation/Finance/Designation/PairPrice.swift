import Postgres

/// What a change of one chain's banks costs: what the pairs in force earn, less what they earn with
/// the change, on one problem for both.
///
/// That is the problem of the term's designation, so that prices of a year compare. Where it does not
/// know a chain or a bank that counts now (imported since), it is drawn up anew as of the change's day.
struct PairPrice: Sendable {
  private let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
  }

  /// - Throws: ``PolicyError``; ``PostgresError``; what the engine refuses.
  func price(of change: ChainBankDesk.Change, term: String) async throws -> Int64 {
    let pairs = try await connection.query(
      """
      SELECT chain, lead, partner FROM finance.chain_bank
      WHERE jurisdiction = \(change.jurisdiction) AND period @> \(change.from)
      """
    ).records(as: ChainBanks.self)
    let changed =
      pairs.filter { $0.chain != change.chain } + [
        ChainBanks(chain: change.chain, lead: change.lead, partner: change.partner)
      ]
    let (draft, seed) = try await draft(for: pairs + changed, change, term)
    let common = draft.limited(to: Set(pairs.map(\.chain)))
    let before = try common.value(of: common.designated(pairs), seed: seed)
    let after = try common.value(of: common.designated(changed), seed: seed)
    return before.objective - after.objective
  }

  private func draft(
    for pairs: [ChainBanks], _ change: ChainBankDesk.Change, _ term: String
  ) async throws -> (DesignationDraft, seed: String) {
    let store = DesignationStore(connection)
    let stored = try await connection.query(
      """
      SELECT designation_id FROM finance.designation
      WHERE jurisdiction = \(change.jurisdiction) AND term = \(term)
      ORDER BY designation_id LIMIT 1
      """
    ).decode(Int.self).first
    if let stored {
      let (draft, seed) = try await store.draft(stored)
      if draft.knows(pairs) { return (draft, seed) }
    }
    guard let term = Term(text: term) else {
      throw DesignationError.notDesignated(chain: change.chain, on: change.from)
    }
    let policy = try await Policy.inForce(on: change.from, from: connection)
    let snapshot = try await store.snapshot(change.jurisdiction, term, on: change.from)
    let seed = SolvedDesignation.seed(change.jurisdiction, term)
    return (try DesignationDraft(snapshot, policy), seed)
  }
}

extension DesignationDraft {
  /// Whether all chains and banks of some pairs are part of the problem.
  func knows(_ pairs: [ChainBanks]) -> Bool {
    let (chains, banks) = (Set(chains.map(\.code)), Set(banks.map(\.code)))
    return pairs.allSatisfy { pair in
      chains.contains(pair.chain) && pair.banks.allSatisfy(banks.contains)
    }
  }

  /// The same problem with some of its chains only.
  func limited(to codes: Set<String>) -> DesignationDraft {
    let kept = chains.indices.filter { codes.contains(chains[$0].code) }
    let places = Dictionary(
      kept.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    return DesignationDraft(
      banks: banks, chains: kept.map { chains[$0] },
      members: members.compactMap { member in
        places[member.chain].map { place in
          Member(
            request: member.request, uscc: member.uscc, chain: place, amount: member.amount,
            scores: member.scores)
        }
      })
  }

  /// Pairs by code as pairs by index; those of other chains are left out.
  ///
  /// - Throws: ``DesignationError/unknownBank(_:)`` for a bank that is no part of the problem.
  func designated(_ pairs: [ChainBanks]) throws -> DesignatedPairs {
    let byChain = Dictionary(pairs.map { ($0.chain, $0) }, uniquingKeysWith: { first, _ in first })
    let numbers = Dictionary(
      banks.enumerated().map { ($0.element.code, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    func number(_ bank: String?) throws -> Int {
      guard let bank, let number = numbers[bank] else {
        throw DesignationError.unknownBank(bank ?? "")
      }
      return number
    }
    return DesignatedPairs(
      pairs: try chains.map { chain in
        let pair = byChain[chain.code]
        return DesignatedPairs.Pair(
          lead: try number(pair?.lead), partner: try number(pair?.partner))
      })
  }
}
