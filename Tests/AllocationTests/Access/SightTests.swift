import Postgres
import TestSupport
import Testing

@testable import Allocation

/// Ends a transaction that has shown what it was to show.
private struct TakenBack<R: Sendable>: Error {
  let result: R
}

/// Row-level security, seen from outside: what each department finds is compared with a condition
/// that says in other words what it ought to find.
@Suite("What departments see")
struct SightTests {
  private static let date = TechVPFixture.day("2026-11-20")

  /// The number of rows that a caller sees of a table.
  private func seen(
    _ table: String, _ department: String, _ pool: Pool, _ role: Role = .clerk
  ) async throws -> Int {
    try await Self.as(department, role, pool) { connection in
      try await connection.query("SELECT count(*) FROM \(identifier: table)").only(Int.self)
    }
  }

  /// Runs `body` as a caller, and takes back what it did.
  private static func `as`<R: Sendable>(
    _ department: String, _ role: Role, _ pool: Pool, place: String = "341800",
    _ body: @Sendable (Connection) async throws -> R
  ) async throws -> R {
    do {
      try await pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
        _ = try await connection.query(
          """
          SELECT set_config('yaosu.department', \(department), true),
            set_config('yaosu.duty', \(role.rawValue), true),
            set_config('yaosu.jurisdiction', \(place), true),
            set_config('role', \(role.databaseRole), true)
          """)
        throw TakenBack(result: try await body(connection))
      }
    } catch let done as TakenBack<R> {
      return done.result
    }
    preconditionFailure("the transaction has thrown")
  }

  @Test("Every department finds its rows and no others, in every table")
  func rows() async throws {
    try await Office.with(Office.city) { database, superuser in
      _ = try await Night(pool: database.pool, actor: "test")
        .run(on: Self.date, mechanisms: [.techvp, .land])
      let (bank, university, county, institution) = try await superuser.query(
        """
        SELECT (SELECT min(bank) FROM registry.loan_products),
          (SELECT substr(min(department), 12) FROM allocation.offer WHERE mechanism = 'techvp'),
          (SELECT min(code) FROM registry.regions WHERE kind = 'county'),
          (SELECT min(institution) FROM registry.institution_posts)
        """
      ).only(String.self, String.self, String.self, String.self)
      let inCounty: SQL =
        "uscc IN (SELECT uscc FROM registry.enterprises WHERE region = \(county))"
      let offeredToUniversity: SQL = """
        FROM report.offer o JOIN registry.experts x ON x.code = o.resource
        WHERE o.mechanism = 'techvp' AND x.university = \(university)
        """
      let expected: [(String, String, SQL)] = [
        ("registry.parcels", "natural_resources", "true"),
        ("registry.parcels", "county:\(county)", "region = \(county)"),
        ("registry.parcels", "bank:\(bank)", "false"),
        ("registry.parcels", "audit", "false"),
        ("registry.land_quotas", "county:\(county)", "region = \(county)"),
        ("registry.land_requests", "county:\(county)", inCounty),
        ("registry.land_requests", "finance_office", "false"),
        ("registry.land_requests", "university:\(university)", "false"),
        ("registry.enterprises", "county:\(county)", "region = \(county)"),
        ("registry.enterprises", "supervision", "true"),
        ("registry.enterprises", "bank:\(bank)", "false"),
        (
          "registry.enterprises", "university:\(university)",
          "uscc IN (SELECT o.uscc \(offeredToUniversity))"
        ),
        ("registry.loan_products", "bank:\(bank)", "bank = \(bank)"),
        ("registry.loan_products", "finance_office", "true"),
        ("registry.loan_products", "county:\(county)", "false"),
        ("registry.credit_lines", "bank:\(bank)", "bank = \(bank)"),
        ("registry.banks", "bank:\(bank)", "code = \(bank)"),
        ("registry.bank_chain_history", "bank:\(bank)", "bank = \(bank)"),
        ("registry.finance_requests", "bank:\(bank)", "false"),
        ("registry.finance_requests", "county:\(county)", inCounty),
        ("registry.experts", "university:\(university)", "university = \(university)"),
        ("registry.experts", "human_resources", "false"),
        (
          "registry.experts", "county:\(county)",
          "code IN (SELECT resource FROM report.offer WHERE mechanism = 'techvp' AND \(inCounty))"
        ),
        (
          "registry.expert_requests", "university:\(university)",
          "number IN (SELECT o.request \(offeredToUniversity))"
        ),
        ("registry.expert_requests", "county:\(county)", inCounty),
        ("registry.talents", "human_resources", "true"),
        ("registry.talents", "university:\(university)", "university = \(university)"),
        ("registry.talents", "county:\(county)", "false"),
        ("registry.host_posts", "county:\(county)", inCounty),
        (
          "registry.institution_posts", "institution:\(institution)",
          "institution = \(institution)"
        ),
        ("registry.institution_posts", "county:\(county)", "region = \(county)"),
        ("registry.homes", "county:\(county)", "region = \(county)"),
        ("registry.home_applications", "housing", "true"),
        ("registry.chains", "bank:\(bank)", "true"),
        (
          "allocation.offer", "university:\(university)",
          "offer_id IN (SELECT o.offer_id \(offeredToUniversity))"
        ),
        ("allocation.offer", "county:\(county)", inCounty),
        ("allocation.offer", "natural_resources", "mechanism = 'land'"),
        ("allocation.offer", "supervision", "true"),
        ("allocation.offer", "bank:\(bank)", "false"),
        ("allocation.round", "science_technology", "mechanism = 'techvp'"),
        ("allocation.round", "university:\(university)", "false"),
      ]
      for (table, department, condition) in expected {
        let wanted: Int = try await superuser.one(
          "SELECT count(*) FROM \(identifier: table) WHERE \(condition)")
        #expect(
          try await seen(table, department, database.pool) == wanted, "\(table) \(department)")
        // Neither another prefecture's token nor a duty outside business sees any of it.
        let elsewhere = try await Self.as(department, .clerk, database.pool, place: "341700") {
          try await $0.query("SELECT count(*) FROM \(identifier: table)").only(Int.self)
        }
        #expect(elsewhere == 0)
        for role in [Role.auditor, .admin] {
          await #expect(throws: PostgresError.self) {
            _ = try await seen(table, department, database.pool, role)
          }
        }
      }
      // Something was there to be found.
      #expect(try await seen("allocation.offer", "university:\(university)", database.pool) > 0)
      #expect(try await seen("registry.experts", "county:\(county)", database.pool) > 0)
    }
  }

  private func refusal(
    _ department: String, _ role: Role, _ pool: Pool, _ statement: SQL
  ) async throws -> String? {
    do {
      _ = try await Self.as(department, role, pool) { try await $0.query(statement) }
      return nil
    } catch let error as PostgresError {
      return error.sqlState
    }
  }

  @Test("Writing stays inside the department, and inside the role")
  func writing() async throws {
    try await Office.with(Office.city) { database, superuser in
      let pool = database.pool
      let (here, there) = try await superuser.query(
        "SELECT min(code), max(code) FROM registry.regions WHERE kind = 'county'"
      ).only(String.self, String.self)
      func enterprise(_ region: String) -> SQL {
        """
        INSERT INTO registry.enterprises (uscc, name, region, industry, size)
        VALUES ('91350100M000100Y43', '甲', \(region), 'C36', 'small')
        """
      }
      let county = "county:\(here)"
      #expect(try await refusal(county, .clerk, pool, enterprise(here)) == nil)
      #expect(try await refusal(county, .owner, pool, enterprise(here)) == nil)
      #expect(try await refusal(county, .clerk, pool, enterprise(there)) == "42501")
      #expect(try await refusal(county, .reader, pool, enterprise(here)) == "42501")
      #expect(try await refusal(county, .approver, pool, enterprise(here)) == "42501")
      #expect(try await refusal("natural_resources", .clerk, pool, enterprise(here)) == "42501")
      #expect(try await refusal(county, .auditor, pool, enterprise(here)) == "42501")
      #expect(
        try await refusal(
          county, .clerk, pool,
          "UPDATE registry.parcels SET region = \(there) WHERE region = \(here)")
          == "42501")
      #expect(
        try await refusal(county, .clerk, pool, "DELETE FROM registry.parcels") == "42501")
      // What a row refers to is checked past the caller's sight; a parcel moves its lot along.
      #expect(
        try await refusal(
          county, .clerk, pool,
          "UPDATE registry.parcels SET area_mu = area_mu + 1 WHERE region = \(here)") == nil)
      for (role, statement) in [
        (Role.reader, "SELECT name FROM registry.experts"),
        (.clerk, "SELECT * FROM audit.event"), (.clerk, "SELECT * FROM access.token"),
        (.owner, "UPDATE allocation.offer SET state = 'accepted'"),
        (.auditor, "SELECT * FROM access.department"), (.admin, "SELECT * FROM audit.event"),
        (.admin, "SELECT digest FROM access.token"), (.clerk, "SELECT * FROM access.answered"),
      ] {
        #expect(
          try await refusal("science_technology", role, pool, SQL(unsafeText: statement))
            == "42501", "\(role) \(statement)")
      }
      #expect(try await refusal("audit", .auditor, pool, "SELECT * FROM audit.event") == nil)
      #expect(
        try await refusal("office", .admin, pool, "SELECT hint, role FROM access.token") == nil)
    }
  }
}
