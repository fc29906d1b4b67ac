import Postgres
import TestSupport
import Testing

@testable import Allocation

@Suite("Tokens")
struct TokenTests {
  private func enter(_ secret: TokenSecret, _ pool: Pool) async throws -> Caller? {
    try await pool.transaction { connection in
      try await connection.enter(.token(secret), within: .seconds(5), as: .service)
    }
  }

  @Test("A token opens the door until it is revoked or has expired; only its digest is stored")
  func life() async throws {
    try await Office.with(Office.city) { database, superuser in
      let desk = TokenDesk(pool: database.pool)
      let wish = TokenDesk.Wish(department: "science_technology", role: .clerk)
      let (secret, record) = try await desk.issue(wish, by: "test")
      #expect(record.state == "valid")
      #expect(record.jurisdiction == "341800", "the only prefecture there is")
      let caller = try #require(try await enter(secret, database.pool))
      #expect(caller.department == "science_technology")
      #expect(caller.role == .clerk)
      let isStored: Bool = try await superuser.one(
        """
        SELECT EXISTS (SELECT FROM access.token t WHERE t::text LIKE '%' || \(secret.text)::text || '%')
          OR EXISTS (SELECT FROM audit.event e WHERE e::text LIKE '%' || \(secret.text)::text || '%')
        """)
      #expect(!isStored)

      var generator = SystemRandomNumberGenerator()
      #expect(try await enter(TokenSecret(using: &generator), database.pool) == nil)
      try await desk.revoke(record.id, by: "test", cause: "lost")
      #expect(try await enter(secret, database.pool) == nil)
      await #expect(throws: TokenRefusal.revoked(record.id)) {
        try await desk.revoke(record.id, by: "test", cause: "again")
      }
      #expect(try await desk.list().first?.state == "revoked")

      let (late, lateRecord) = try await desk.issue(wish, by: "test")
      try await superuser.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
        try await connection.execute("ALTER TABLE access.token DISABLE TRIGGER _300_revoked")
        try await connection.execute(
          """
          UPDATE access.token SET issued_at = now() - interval '2 days',
            expires_at = now() - interval '1 second' WHERE token_id = \(lateRecord.id)
          """)
      }
      #expect(try await enter(late, database.pool) == nil)
      #expect(try await Verification(pool: database.pool).auditFaults().isEmpty)
    }
  }

  private static func refusal(_ wish: TokenDesk.Wish, _ desk: TokenDesk) async -> TokenRefusal? {
    do {
      _ = try await desk.issue(wish, by: "test")
    } catch let refusal as TokenRefusal {
      return refusal
    } catch {
      Issue.record(error)
    }
    return nil
  }

  @Test("Whom a token is not issued to")
  func refusals() async throws {
    try await Office.with(Office.empty) { database, superuser in
      let desk = TokenDesk(pool: database.pool)
      func refusal(_ wish: TokenDesk.Wish) async -> TokenRefusal? {
        await Self.refusal(wish, desk)
      }
      for office in [
        "natural_resources", "finance_office", "science_technology", "human_resources",
        "industry", "development_reform", "investment", "housing", "supervision", "audit",
      ] {
        #expect(await refusal(.init(department: office, role: .reader)) == nil)
      }
      #expect(
        await refusal(.init(department: "sciense_technology", role: .reader))
          == .unknownDepartment("sciense_technology", near: ["science_technology"]))
      let past = try #require(DateOnly(text: "2020-01-01"))
      #expect(
        await refusal(.init(department: "audit", role: .auditor, expiresOn: past)) == .expired(past)
      )
      try await superuser.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
        try await connection.execute(
          """
          INSERT INTO registry.regions (code, name, kind) VALUES ('341800', '宣城市', 'prefecture'),
            ('341700', '池州市', 'prefecture'), ('341802', '宣州区', 'county'),
            ('341702', '贵池区', 'county')
          """)
        try await connection.execute(
          """
          INSERT INTO registry.institution_posts (code, institution, region, majors, headcount)
          VALUES ('P1', '第一医院', '341802', '{医学}', 1), ('P2', '第一医院', '341702', '{医学}', 1)
          """)
      }
      let both = ["341700", "341800"]
      #expect(
        await refusal(.init(department: "industry", role: .reader))
          == .severalPlaces("industry", known: both))
      #expect(
        await refusal(.init(department: "industry", role: .reader, jurisdiction: "all")) == nil)
      let hospital = "institution:第一医院"
      #expect(
        await refusal(.init(department: hospital, role: .clerk))
          == .severalPlaces(hospital, known: both))
      #expect(
        await refusal(.init(department: hospital, role: .clerk, jurisdiction: "all"))
          == .everywhere(hospital, known: both))
      #expect(
        await refusal(.init(department: "county:341802", role: .clerk, jurisdiction: "341700"))
          == .unknownPlace("341700", known: ["341800"]))
      #expect(await refusal(.init(department: "county:341802", role: .clerk)) == nil)
    }
  }

  @Test("What is shown as a token and cannot be one is not looked up")
  func shapes() {
    var generator = SystemRandomNumberGenerator()
    let secret = TokenSecret(using: &generator)
    #expect(TokenSecret(shown: secret.text)?.digest == secret.digest)
    for text in [
      "", "yaosu_", secret.text + "a", "x" + secret.text.dropFirst(),
      String(secret.text.dropLast()) + "=", String(secret.text.dropLast()) + "汉",
    ] {
      #expect(TokenSecret(shown: text) == nil)
    }
    #expect(!"\(secret)".contains(secret.text.dropFirst(12)))
  }
}
