import Matching
import Postgres

/// Reads what a designation needs, and writes it with its certificate, in the caller's transaction.
struct DesignationStore: Sendable {
  let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
  }

  /// Reads the prefecture's chains, banks and open requests.
  ///
  /// - Parameter date: what is open is read as of this day; what is left of lines counts from it on if
  ///   it lies in the term, else that of the whole term.
  func snapshot(
    _ jurisdiction: String, _ term: Term, on date: DateOnly
  ) async throws -> DesignationSnapshot {
    let scope = RoundScope(mechanism: .finance, jurisdiction: jurisdiction, businessDate: date)
    let from = term.contains(date) ? date : term.start
    let lines = try await connection.query(
      """
      SELECT bank, free_wan
      FROM finance.free_lines(\(jurisdiction), daterange(\(from), \(term.end)), \(date))
      """
    ).decode(String.self, Int64.self)
    let chains = try await connection.query(
      """
      SELECT code, name, industry_divisions AS "industryDivisions"
      FROM registry.chains c
      WHERE jurisdiction = \(jurisdiction)
        AND finance.listed_chain(c.jurisdiction, c.code, \(from)) IS NOT NULL
      """
    ).records(as: DesignationSnapshot.Chain.self)
    return DesignationSnapshot(
      chains: chains, lines: Dictionary(lines, uniquingKeysWith: { first, _ in first }),
      market: try await Finance.snapshot(in: scope, from: connection))
  }

  /// What a term that has been designated still lacks on a day.
  ///
  /// - Returns: `nil` where nobody has designated the term; an addition without chains where each
  ///   listed chain has its pair.
  func addition(
    _ jurisdiction: String, _ term: Term, on date: DateOnly
  ) async throws -> DesignationAddition? {
    let isBegun = try await connection.query(
      """
      SELECT EXISTS (SELECT FROM finance.term t
        WHERE t.jurisdiction = \(jurisdiction) AND t.term = \(term.text))
      """
    ).only(Bool.self)
    guard isBegun else { return nil }
    let from = term.contains(date) ? date : term.start
    let bare = try await connection.query(
      """
      SELECT c.code::text FROM registry.chains c
      WHERE c.jurisdiction = \(jurisdiction)
        AND finance.listed_chain(c.jurisdiction, c.code, \(from)) IS NOT NULL
        AND NOT EXISTS (SELECT FROM finance.chain_bank b
          WHERE b.jurisdiction = c.jurisdiction AND b.chain = c.code
            AND b.period && daterange(\(from), \(term.end)))
      """
    ).decode(String.self)
    let held = try await connection.query(
      """
      SELECT chain, lead, partner FROM finance.chain_bank
      WHERE jurisdiction = \(jurisdiction) AND period @> \(from)
      """
    ).records(as: ChainBanks.self)
    let load = try await connection.query(
      """
      SELECT b.code::text, finance.chains_at_once(b.code, daterange(\(from), \(term.end)))
      FROM registry.banks b WHERE b.jurisdiction = \(jurisdiction)
      """
    ).decode(String.self, Int.self)
    return DesignationAddition(
      startsOn: from, chains: Set(bare), held: held,
      load: Dictionary(load, uniquingKeysWith: { first, _ in first }))
  }

  /// Stores a designation, the term with its list of chains, and the chains' banks.
  ///
  /// - Returns: the designation's number.
  /// - Throws: ``PostgresError``; a second designation of the same term violates
  ///   `term_pkey`, `designation_first_of_term` or `chain_bank_no_overlap`.
  /// - Precondition: an audit event is open.
  func store(_ solved: SolvedDesignation, startedAt: Timestamp) async throws -> Int {
    try await storeTerm(solved)
    let id = try await storeHeader(solved, startedAt)
    try await storeBanks(solved, id)
    try await storeChains(solved, id)
    try await storeMembers(solved, id)
    return id
  }

  private func storeTerm(_ solved: SolvedDesignation) async throws {
    let (place, term) = (solved.jurisdiction, solved.term)
    if solved.startsOn == nil {
      try await connection.execute(
        """
        INSERT INTO finance.term (jurisdiction, term, period)
        VALUES (\(place), \(term.text), daterange(\(term.start), \(term.end)))
        """)
    }
    let designated = Set(solved.draft.chains.map(\.code))
    for chain in solved.snapshot.chains where designated.contains(chain.code) {
      // A chain that left the list and came back in the same term is on it already.
      try await connection.execute(
        """
        INSERT INTO finance.term_chain (jurisdiction, term, chain, name, industry_divisions)
        VALUES (\(place), \(term.text), \(chain.code), \(chain.name), \(chain.industryDivisions))
        ON CONFLICT (jurisdiction, term, chain) DO NOTHING
        """)
    }
  }

  private func storeHeader(_ solved: SolvedDesignation, _ startedAt: Timestamp) async throws -> Int
  {
    let solution = solved.solution
    let milliseconds = Numeric(mantissa: solved.solveTime.microseconds, scale: 3) ?? 0
    return try await connection.query(
      """
      INSERT INTO finance.designation (jurisdiction, term, starts_on, status, proof, policy_version, seed,
        input_digest, objective, bound, tightest_bound, sequential_objective, sequential_bound, scale,
        algorithm, solve_ms, started_at, finished_at)
      VALUES (\(solved.jurisdiction), \(solved.term.text), \(solved.startsOn),
        \(solved.status.rawValue),
        \(solution.proof.rawValue), \(solved.policyVersion), \(solved.seed), \(solved.inputDigest),
        \(solved.objective), \(solution.bound), \(solution.tightestBound),
        \(solved.sequential?.objective), \(solved.sequential?.bound), \(solution.certificate.scale),
        \(solution.algorithm), \(milliseconds), \(startedAt), clock_timestamp())
      RETURNING designation_id
      """
    ).only(Int.self)
  }

  private func storeBanks(_ solved: SolvedDesignation, _ id: Int) async throws {
    let certificate = solved.solution.certificate
    _ = try await connection.copyIn(
      into: "finance.designation_bank",
      columns: [
        "designation_id", "bank", "lottery", "capacity", "max_chains", "capacity_price",
        "place_price",
      ]
    ) { writer in
      for (number, bank) in solved.draft.banks.enumerated() {
        try await writer.write(
          id, bank.code, lottery(bank.code, solved), bank.capacity, Int32(clamping: bank.maxChains),
          certificate.capacityPrices[number], certificate.placePrices[number])
      }
    }
    let banks = solved.draft.banks
    _ = try await connection.copyIn(
      into: "finance.designation_score",
      columns: ["designation_id", "chain", "bank", "score", "pair_price"]
    ) { writer in
      for (number, chain) in solved.draft.chains.enumerated() {
        for (index, bank) in banks.enumerated() {
          try await writer.write(
            id, chain.code, bank.code, chain.scores[index],
            certificate.pairPrices[number * banks.count + index])
        }
      }
    }
  }

  private func storeChains(_ solved: SolvedDesignation, _ id: Int) async throws {
    let banks = solved.draft.banks.map(\.code)
    _ = try await connection.copyIn(
      into: "finance.designation_chain",
      columns: [
        "designation_id", "chain", "lottery", "lead", "partner", "runner_up_lead",
        "runner_up_partner", "runner_up_objective", "runner_up_bound", "runner_up_tried",
      ]
    ) { writer in
      for (number, chain) in solved.draft.chains.enumerated() {
        let (pair, other) = (solved.designated.pairs[number], solved.runnersUp[number])
        try await writer.write(
          id, chain.code, lottery(chain.code, solved), banks[pair.lead], banks[pair.partner],
          other.map { banks[$0.pair.lead] }, other.map { banks[$0.pair.partner] },
          other?.objective, other?.bound, other.map { Int32(clamping: $0.tried) })
      }
    }
    for (number, chain) in solved.draft.chains.enumerated() {
      let pair = solved.designated.pairs[number]
      let (place, start) = (solved.jurisdiction, solved.startsOn ?? solved.term.start)
      // A chain that is known to leave the list has its two banks until then.
      try await connection.execute(
        """
        INSERT INTO finance.chain_bank
          (jurisdiction, term, chain, period, lead, partner, designation_id)
        VALUES (\(place), \(solved.term.text), \(chain.code),
          daterange(\(start),
            finance.listed_until(\(place), \(chain.code), \(start), \(solved.term.end))),
          \(banks[pair.lead]), \(banks[pair.partner]), \(id))
        """)
    }
  }

  private func storeMembers(_ solved: SolvedDesignation, _ id: Int) async throws {
    let draft = solved.draft
    _ = try await connection.copyIn(
      into: "finance.designation_member",
      columns: ["designation_id", "request", "uscc", "chain", "lottery", "amount", "served_by"]
    ) { writer in
      for (member, choice) in zip(draft.members, solved.served) {
        try await writer.write(
          id, member.request, member.uscc, draft.chains[member.chain].code,
          lottery(member.request, solved), member.amount,
          choice < 0 ? nil : draft.banks[Int(choice)].code)
      }
    }
    _ = try await connection.copyIn(
      into: "finance.designation_member_score",
      columns: ["designation_id", "request", "bank", "score"]
    ) { writer in
      for member in draft.members {
        for (index, score) in member.scores.enumerated() where score > 0 {
          try await writer.write(id, member.request, draft.banks[index].code, score)
        }
      }
    }
  }

  private func lottery(_ subject: String, _ solved: SolvedDesignation) -> String {
    Lottery.text(Lottery.number(seed: solved.seed, subject: subject))
  }
}
