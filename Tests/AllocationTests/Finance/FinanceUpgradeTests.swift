import Embedded
import Postgres
import TestSupport
import Testing

@testable import Allocation

/// What an older database holds of loans, after it was brought to this program's schema.
@Suite("Loans of an older database")
struct FinanceUpgradeTests {
  private static let banks = FinanceOffice.banks
  private static let enterprises = FinanceOffice.enterprises

  private func migrate(to count: Int, _ pool: Pool) async throws {
    let files = EmbeddedFiles.migrations.map { SQLFile(name: $0.name, sql: $0.text) }
      .sorted { $0.name < $1.name }
    _ = try await Migrator(migrations: Array(files.prefix(count)), owner: "yaosu_owner")
      .migrate(pool.configuration)
  }

  private func write(_ pool: Pool, _ statements: [SQL]) async throws {
    try await pool.transaction { connection in
      try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
      for statement in statements { try await connection.execute(statement) }
    }
  }

  /// Two chains with two banks each; the chain and the bank of each enterprise's loan.
  private func fill(_ pool: Pool, _ loans: [(chain: String?, bank: String)]) async throws {
    try await write(
      pool,
      [
        """
        INSERT INTO reference.industry VALUES ('C', '制造业', 1, NULL), ('C36', '汽车', 2, 'C'),
          ('C38', '电气', 2, 'C')
        """,
        """
        INSERT INTO reference.division (code, name, kind, parent, standard)
        VALUES ('340000', '安徽省', 'province', NULL, 'GB/T 2260'),
          ('341800', '宣城市', 'prefecture', '340000', 'GB/T 2260')
        """,
        "INSERT INTO registry.regions (code, name, kind) VALUES ('341800', '宣城市', 'prefecture')",
        """
        INSERT INTO registry.chains (jurisdiction, code, name, industry_divisions)
        VALUES ('341800', 'C01', '汽车', '{C36}'), ('341800', 'C02', '光伏', '{C38}')
        """,
        """
        INSERT INTO registry.banks (code, name, kind, max_chains, client_limit_wan, jurisdiction)
        SELECT b, b, 'city', 2, 1500, '341800' FROM unnest(\(Self.banks)) b
        """,
        "INSERT INTO finance.term VALUES ('341800', '2026', '[2026-01-01,2027-01-01)')",
        """
        INSERT INTO finance.term_chain (jurisdiction, term, chain, name, industry_divisions)
        SELECT jurisdiction, '2026', code, name, '{C36}' FROM registry.chains
        """,
        """
        INSERT INTO finance.chain_bank (jurisdiction, term, chain, period, lead, partner, reason,
          document_no)
        SELECT '341800', '2026', 'C0' || n, '[2026-01-01,2027-01-01)', 'BA', 'B' || chr(65 + n), 't',
          '1号' FROM generate_series(1, 2) n
        """,
      ]
        + loans.enumerated().flatMap { index, loan -> [SQL] in
          let (uscc, number) = (Self.enterprises[index], "RZ-\(index)")
          return [
            """
            INSERT INTO registry.enterprises (uscc, name, region, industry, chain, size, jurisdiction)
            VALUES (\(uscc), 'x', '341800', 'C', \(loan.chain), 'small', '341800')
            """,
            """
            INSERT INTO registry.finance_requests (number, uscc, submitted_on, amount_wan,
              term_months, collateral, max_rate_pct, purpose, first_loan, needed_by)
            VALUES (\(number), \(uscc), '2026-01-15', 500, 12, '{credit}', 4.50, 'plant', false,
              '2026-12-31')
            """,
          ]
        })
    try await write(
      pool,
      [
        """
        INSERT INTO allocation.round (mechanism, jurisdiction, business_date, kind, status,
          policy_version, seed, input_digest, content_digest, requests, options, assigned, objective,
          bound, certificate, scale, algorithm, solve_ms, started_at, finished_at)
        VALUES ('finance', '341800', '2026-01-19', 'nightly', 'optimal', 1, 's', repeat('0', 64),
          repeat('0', 64), 0, 0, 0, 0, 0, 'price', 1, 't', 0, now(), now())
        """
      ]
        + loans.enumerated().map { index, loan in
          """
          INSERT INTO allocation.offer (round_id, mechanism, jurisdiction, request, uscc, resource,
            detail, amount, unit, score, due_on, due_is_provisional)
          SELECT round_id, 'finance', '341800', \("RZ-\(index)"), \(Self.enterprises[index]),
            \(loan.bank), '{"product": "P", "rate_pct": 4.00}', 500, 'wan', 1, '2026-01-21', false
          FROM allocation.round
          """
        })
  }

  private func chains(_ pool: Pool) async throws -> [String] {
    try await pool.query(
      "SELECT request || ' ' || coalesce(chain, '-') FROM finance.match ORDER BY request"
    ).decode(String.self)
  }

  @Test("Enterprises that have moved since: their loans are of the chain that they were on")
  func moved() async throws {
    try await TestDatabase.with { pool in
      try await migrate(to: 26, pool)
      try await fill(
        pool, [("C01", "BA"), (nil, "BC"), ("C01", "BB"), (nil, "BA"), ("C02", "BC")])
      let moves: [String?] = ["C01", "C01", "C02", "C01", nil]
      try await write(
        pool,
        moves.enumerated().map { index, chain in
          "UPDATE registry.enterprises SET chain = \(chain) WHERE uscc = \(Self.enterprises[index])"
        })
      try await migrate(to: 27, pool)
      // Served elsewhere: not of the chain. Served by a bank of it: taken for one of the chain.
      #expect(try await chains(pool) == ["RZ-0 C01", "RZ-1 -", "RZ-2 -", "RZ-3 C01", "RZ-4 -"])
      _ = try await Database(login: pool.configuration).migrate()
      #expect(try await chains(pool) == ["RZ-0 C01", "RZ-1 -", "RZ-2 C01", "RZ-3 -", "RZ-4 C02"])
      try await FinanceInvariants.check(pool)
      // So the bank that left with the chain is still the chain's, and no third one comes in.
      let error = await #expect(throws: PostgresError.self) {
        try await write(
          pool,
          [
            "UPDATE finance.chain_bank SET lead = 'BA', partner = 'BC' WHERE chain = 'C01'"
          ])
      }
      #expect(error?.constraint == "chain_bank_third")
      let breaks: Int = try await pool.one("SELECT count(*) FROM audit.chain_break()")
      #expect(breaks == 0)
    }
  }

  @Test("A pair of a whole term ends where its chain had left the list, and the chain comes back")
  func leftWithinTerm() async throws {
    try await TestDatabase.with { pool in
      try await migrate(to: 27, pool)
      try await fill(pool, [])
      try await write(
        pool,
        [
          """
          INSERT INTO finance.chain_absence (jurisdiction, chain, period, reason, document_no)
          VALUES ('341800', 'C01', '[2026-07-01,)', 't', '2号')
          """
        ])
      _ = try await Database(login: pool.configuration).migrate()
      let periods = try await pool.query(
        "SELECT chain || ' ' || period::text FROM finance.chain_bank ORDER BY chain"
      ).decode(String.self)
      #expect(
        periods == ["C01 [2026-01-01,2026-07-01)", "C02 [2026-01-01,2027-01-01)"])
      try await write(
        pool, ["UPDATE finance.chain_absence SET period = '[2026-07-01,2026-09-01)'"])
      let breaks: Int = try await pool.one("SELECT count(*) FROM audit.chain_break()")
      #expect(breaks == 0)
    }
  }

  @Test("A loan that was signed above what its enterprise accepts stays and goes on")
  func signedAbove() async throws {
    try await TestDatabase.with { pool in
      try await migrate(to: 26, pool)
      try await fill(pool, [("C01", "BA"), ("C01", "BB")])
      func step(_ changes: SQL, of bank: String) async throws {
        try await write(
          pool, ["UPDATE finance.match SET \(changes), answered_by = 't' WHERE bank = \(bank)"])
      }
      for bank in ["BA", "BB"] {
        for changes: SQL in [
          "state = 'acknowledged'", "state = 'due_diligence'",
          "state = 'approved', approved_wan = amount_wan",
        ] { try await step(changes, of: bank) }
      }
      try await step("state = 'signed', signed_rate_pct = 4.60", of: "BA")
      _ = try await Database(login: pool.configuration).migrate()
      try await step("state = 'drawn'", of: "BA")
      let error = await #expect(throws: PostgresError.self) {
        try await step("state = 'signed', signed_rate_pct = 4.51", of: "BB")
      }
      #expect(error?.constraint == "match_rate_ceiling")
      try await step("state = 'signed', signed_rate_pct = 4.50", of: "BB")
      // What an enterprise accepts later changes no signed rate.
      try await write(pool, ["UPDATE registry.finance_requests SET max_rate_pct = 4.00"])
      try await step("state = 'drawn'", of: "BB")
      let rates = try await pool.query(
        "SELECT state || ' ' || signed_rate_pct FROM finance.match ORDER BY bank"
      ).decode(String.self)
      #expect(rates == ["drawn 4.60", "drawn 4.50"])
    }
  }
}
