import Postgres
import Testing

@testable import Allocation

@Suite("Ranks under seal, names under mask")
struct SealedRanksTests {
  private let date = TechVPOffice.start

  @Test("No role reads a list before its round; its hash is there at once and holds afterwards")
  func seals() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      for query: SQL in [
        "SELECT rank::bigint FROM registry.expert_rankings",
        "UPDATE registry.expert_rankings SET rank = rank RETURNING rank::bigint",
      ] {
        await #expect(throws: PostgresError.self) { try await database.pool.query(query) }
      }
      let sealed = try await database.pool.query(
        "SELECT hash FROM report.ranking_seal WHERE opened_on IS NULL ORDER BY 1"
      ).decode(String.self)
      #expect(sealed.count == 3)
      for empty: SQL in [
        "SELECT count(*) FROM report.ranking",
        "SELECT count(*) FROM registry.opened_rankings('341800')",
      ] { #expect(try await database.pool.one(empty, as: Int.self) == 0) }
      // Neither events nor history give a list away.
      let told: Int = try await superuser.one(
        """
        SELECT (SELECT count(*) FROM audit.row_history
            WHERE table_name = 'registry.expert_rankings')
          + (SELECT count(*) FROM audit.event e, jsonb_array_elements(e.changes) c
            WHERE c ->> 'table' = 'registry.expert_rankings' AND c ? 'values')
        """)
      #expect(told == 0)

      try await database.techVPNight(date)
      let opened = try await database.pool.query(
        "SELECT DISTINCT hash FROM report.ranking WHERE hash_holds ORDER BY 1"
      ).decode(String.self)
      #expect(opened == sealed)
      let used: Int = try await superuser.one("SELECT count(*) FROM allocation.round_rank")
      #expect(used == 2)
    }
  }

  /// What each role of the database sees of the lists; a role that may not look sees nothing. The
  /// sealer, which owns the functions that seal and merge, is nobody's role.
  private func visible(_ superuser: Pool) async throws -> [String: Int] {
    let roles = try await superuser.query(
      """
      SELECT rolname FROM pg_roles
      WHERE NOT rolsuper AND rolname LIKE 'yaosu\\_%' AND rolname <> 'yaosu_sealer'
      ORDER BY rolname
      """
    ).decode(String.self)
    var seen: [String: Int] = [:]
    for role in roles {
      seen[role] = try? await superuser.transaction { connection in
        try await connection.execute("SET LOCAL ROLE \(identifier: [role])")
        // A setting that once told the sealing functions apart tells nobody anything.
        try await connection.execute("SET LOCAL yaosu.sealing = 'on'")
        return try await connection.query("SELECT count(*) FROM registry.expert_rankings")
          .only(Int.self)
      }
    }
    return seen
  }

  @Test("Every role is kept out, the owner of the table too, until the round opens the lists")
  func everyRole() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      #expect(try await visible(superuser) == ["yaosu_owner": 0])
      try await database.techVPNight(date)
      #expect(try await visible(superuser) == ["yaosu_owner": 4])
    }
  }

  @Test("The sealer's role is nobody's, and the service's settings open nothing")
  func sealer() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      let members: Int = try await superuser.one(
        """
        SELECT count(*) FROM pg_roles r JOIN pg_roles s ON s.rolname = 'yaosu_sealer'
        WHERE NOT r.rolsuper AND r.oid <> s.oid AND pg_has_role(r.oid, s.oid, 'MEMBER')
          AND r.rolname LIKE 'yaosu\\_%'
        """)
      #expect(members == 0)
      try await database.pool.withConnection { connection in
        _ = try await connection.execute("SET yaosu.sealing = 'on'")
        for empty: SQL in [
          "SELECT count(*) FROM report.ranking",
          "SELECT count(*) FROM registry.opened_rankings('341800')",
        ] { #expect(try await connection.query(empty).only(Int.self) == 0) }
        _ = try await connection.execute("RESET yaosu.sealing")
      }
    }
  }

  @Test("Whoever opens lists early leaves an audit event, and the seal shows the day")
  func earlyOpening() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      let open: SQL = "SELECT registry.open_rankings('341800', \(date.adding(days: -9)))"
      await #expect(throws: PostgresError.self) { try await database.pool.query(open) }
      #expect(try await visible(superuser) == ["yaosu_owner": 0])
      try await database.pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "王工", reason: "提前查看", action: "open"))
        _ = try await connection.query(open)
      }
      let told = try await superuser.query(
        """
        SELECT e.actor, e.cause, (c ->> 'rows')::bigint
        FROM audit.event e, jsonb_array_elements(e.changes) c
        WHERE c ->> 'table' = 'registry.ranking_seal' AND c ->> 'operation' = 'update'
        """
      ).only(String.self, String.self, Int.self)
      #expect(told == ("王工", "提前查看", 3))
      let days: Int = try await superuser.one(
        "SELECT count(*) FROM report.ranking_seal WHERE opened_on = \(date.adding(days: -9))")
      #expect(days == 3)
    }
  }

  @Test("A list filed after the round stays sealed, though the night is repeated, until the next")
  func afterTheRound() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(date)
      try await FinanceOffice.load(
        ["expert_rankings": ["side,request,expert,rank", "expert,KJ-2,ZJ-2,1"]], into: database)
      let sealed: SQL = "SELECT count(*) FROM report.ranking_seal WHERE opened_on IS NULL"
      try await database.techVPNight(date)
      try await database.techVPDates(date)
      #expect(try await superuser.one(sealed, as: Int.self) == 1)
      #expect(try await visible(superuser) == ["yaosu_owner": 4])
      try await database.techVPNight(date.adding(days: 1))
      #expect(try await superuser.one(sealed, as: Int.self) == 0)
    }
  }

  @Test("The same file again keeps the seal; a changed list is sealed anew")
  func changes() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(date)
      func seals() async throws -> [String] {
        try await superuser.query(
          """
          SELECT side || ' ' || party || ' ' || version || ' ' || coalesce(opened_on::text, '-')
          FROM registry.ranking_seal ORDER BY 1
          """
        ).decode(String.self)
      }
      let before = try await seals()
      let header = "side,request,expert,rank"
      try await FinanceOffice.load(
        ["expert_rankings": [header, "expert,KJ-0,ZJ-0,2", "expert,KJ-1,ZJ-0,1"]], into: database)
      #expect(try await seals() == before)
      try await FinanceOffice.load(
        ["expert_rankings": [header, "expert,KJ-0,ZJ-0,1", "expert,KJ-1,ZJ-0,2"]], into: database)
      #expect(try await seals().contains("expert ZJ-0 2 -"))
      let visible: Int = try await superuser.one(
        "SELECT count(*) FROM report.ranking WHERE party = 'ZJ-0'")
      #expect(visible == 0)
    }
  }

  @Test("Expert 0 and request 1 rank each other first and get each other")
  func ranksDecide() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(date)
      let expert: String = try await superuser.one(
        "SELECT resource FROM report.offer WHERE request = 'KJ-1'")
      #expect(expert == "ZJ-0")
      let figures = try await superuser.query(
        "SELECT matching, matched, price::bigint FROM report.price_of_stability ORDER BY matching"
      ).decode(String.self, Int.self, Int.self)
      #expect(figures.map(\.0) == ["optimal", "request_optimal", "resource_optimal"])
      #expect(figures.map(\.2).allSatisfy { $0 >= 0 })
    }
  }

  @Test("A forged choice or rank is told by verify and listed by the view")
  func forgery() async throws {
    for forgery: SQL in [
      "UPDATE allocation.round_rank SET by_resource = 900 WHERE by_resource = 1",
      "DELETE FROM allocation.round_rank",
      "UPDATE allocation.round_matching SET choices[2] = -1 WHERE matching = 'request_optimal'",
      """
      UPDATE allocation.round_request SET chosen = NULL
      WHERE request = (SELECT request FROM report.offer WHERE resource = 'ZJ-0')
      """,
    ] {
      try await Office.with(TechVPOffice.small) { database, superuser in
        try await database.techVPNight(date)
        let honest = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
        #expect(honest == [])
        try await superuser.execute(forgery)
        let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
        #expect(faults.contains { !$0.hasPrefix("report.") })
        let listed: Int = try await superuser.one(
          "SELECT count(*) FROM report.certificate_violation")
        #expect(listed > 0)
      }
    }
  }

  @Test("A choice that breaks stability makes a blocking pair in SQL and in Swift")
  func blockingPair() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(date)
      try await superuser.execute(
        """
        UPDATE allocation.round_request SET chosen = NULL
        WHERE request = (SELECT request FROM report.offer WHERE resource = 'ZJ-0')
        """)
      let listed: Int = try await superuser.one(
        "SELECT count(*) FROM report.blocking_pair WHERE request = 'KJ-1' AND expert = 'ZJ-0'")
      #expect(listed == 1)
      let faults = try await Verification(pool: database.pool).run(.all).flatMap(\.faults)
      #expect(faults.contains("blocking_pair: KJ-1 and ZJ-0"))
    }
  }

  @Test("A name is told to who may read it, once the trace is committed")
  func names() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      let personal = PersonalData(pool: superuser)
      let name = try await personal.name(of: "ZJ-1", .expert, purpose: "电话核实聘期")
      #expect(name == "欧阳专家1")
      let trace = try await superuser.query(
        "SELECT action, cause FROM audit.event ORDER BY position DESC LIMIT 1"
      ).only(String.self, String.self)
      #expect(trace == ("read personal data", "电话核实聘期"))
      // The service's role may ask for its callers, which leaves a trace, and is told nothing here.
      await #expect(throws: PostgresError.self) {
        try await PersonalData(pool: database.pool).name(of: "ZJ-1", .expert, purpose: "好奇")
      }
      let readings: Int = try await superuser.one("SELECT count(*) FROM audit.personal_reading")
      #expect(readings == 2)
    }
  }
}
