import Postgres

extension DesignationStore {
  /// The problem that a designation stored, and the seed of its lottery.
  func draft(_ designation: Int) async throws -> (draft: DesignationDraft, seed: String) {
    let seed = try await connection.query(
      "SELECT seed FROM finance.designation WHERE designation_id = \(designation)"
    ).only(String.self)
    let banks = try await banks(designation)
    let chains = try await chains(designation, bankCount: banks.count)
    return (
      DesignationDraft(
        banks: banks, chains: chains, members: try await members(designation, banks, chains)),
      seed
    )
  }

  private func banks(_ designation: Int) async throws -> [DesignationDraft.Bank] {
    try await connection.query(
      """
      SELECT bank, capacity, max_chains::bigint FROM finance.designation_bank
      WHERE designation_id = \(designation) ORDER BY bank COLLATE "C"
      """
    ).decode(String.self, Int64.self, Int.self).map { code, capacity, maxChains in
      DesignationDraft.Bank(code: code, capacity: capacity, maxChains: maxChains)
    }
  }

  private func chains(
    _ designation: Int, bankCount: Int
  ) async throws -> [DesignationDraft.Chain] {
    try await connection.query(
      """
      SELECT chain, array_agg(score ORDER BY bank COLLATE "C") FROM finance.designation_score
      WHERE designation_id = \(designation) GROUP BY chain ORDER BY chain COLLATE "C"
      """
    ).decode(String.self, [Int64].self).map { code, scores in
      DesignationDraft.Chain(code: code, scores: scores)
    }
  }

  private func members(
    _ designation: Int, _ banks: [DesignationDraft.Bank], _ chains: [DesignationDraft.Chain]
  ) async throws -> [DesignationDraft.Member] {
    let chainNumbers = Dictionary(
      chains.enumerated().map { ($0.element.code, $0.offset) }, uniquingKeysWith: { a, _ in a })
    let bankNumbers = Dictionary(
      banks.enumerated().map { ($0.element.code, $0.offset) }, uniquingKeysWith: { a, _ in a })
    return try await connection.query(
      """
      SELECT m.request, m.uscc, m.chain, m.amount,
        array_remove(array_agg(s.bank ORDER BY s.bank COLLATE "C"), NULL),
        array_remove(array_agg(s.score ORDER BY s.bank COLLATE "C"), NULL)
      FROM finance.designation_member m
      LEFT JOIN finance.designation_member_score s USING (designation_id, request)
      WHERE m.designation_id = \(designation)
      GROUP BY m.request, m.uscc, m.chain, m.amount ORDER BY m.request COLLATE "C"
      """
    ).decode(String.self, String.self, String.self, Int64.self, [String].self, [Int64].self)
      .compactMap { request, uscc, chain, amount, names, points in
        guard let chain = chainNumbers[chain] else { return nil }
        var scores = [Int64](repeating: 0, count: banks.count)
        for (name, point) in zip(names, points) {
          if let number = bankNumbers[name] { scores[number] = point }
        }
        return DesignationDraft.Member(
          request: request, uscc: uscc, chain: chain, amount: amount, scores: scores)
      }
  }
}
