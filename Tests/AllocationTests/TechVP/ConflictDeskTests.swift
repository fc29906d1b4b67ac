import Postgres
import Testing

@testable import Allocation

@Suite("Conflicts of interest")
struct ConflictDeskTests {
  private let start = TechVPFixture.day("2026-02-01")
  private let today = TechVPOffice.start
  private let since = TechVPFixture.day("2024-03-01")

  private func record(
    _ party: ConflictDesk.Party, _ enterprise: Int, _ database: Database, evidence: String = "工商登记",
    until: DateOnly? = nil
  ) async throws -> ConflictDesk.Recorded {
    try await ConflictDesk(pool: database.pool).record(
      .owned, of: party, in: FinanceOffice.enterprises[enterprise], evidence: evidence,
      since: since, until: until, by: "office")
  }

  @Test("A recorded conflict is a hard edge with its evidence and date, until it has ended")
  func round() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      let expert = try await record(.expert("ZJ-3"), 3, database)
      _ = try await record(.university(TechVPOffice.universities[0]), 1, database)
      #expect(expert.touched == [])
      try await database.techVPNight(today)
      let refused = try await superuser.query(
        "SELECT request || ' ' || resource || ' ' || found FROM report.refusal WHERE rule = 'conflict' ORDER BY 1"
      ).decode(String.self)
      #expect(refused.map { $0.prefix(9) } == ["KJ-1 ZJ-0", "KJ-1 ZJ-2", "KJ-1 ZJ-4", "KJ-3 ZJ-3"])
      #expect(refused.allSatisfy { $0.hasSuffix("owned 2024-03-01: 工商登记") })
      try await ConflictDesk(pool: database.pool).end(expert.id, on: today, by: "office")
      try await database.techVPNight(today.adding(days: 14))
      let left: Int = try await superuser.one(
        """
        SELECT count(*) FROM report.refusal f JOIN report.round r USING (round_id)
        WHERE rule = 'conflict' AND request = 'KJ-3' AND business_date > \(today)
        """)
      #expect(left == 0)
    }
  }

  @Test(
    "A conflict that turns up later names the appointments that it touches, and stops an agreement")
  func touched() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(today)
      let expert: String = try await superuser.one(
        "SELECT expert FROM report.appointment WHERE request = 'KJ-3'")
      let recorded = try await record(.expert(expert), 3, database)
      #expect(recorded.touched == ["KJ-3"])
      await #expect(throws: AppointmentRefusal.self) {
        try await database.agree("KJ-3", startingOn: start, on: today)
      }
      try await database.appoint(.end(code: "conflict_found"), "KJ-3", on: today)
      let open: Int = try await superuser.one(
        "SELECT cardinality(touched)::bigint FROM report.conflict_of_interest")
      #expect(open == 0)
    }
  }

  @Test("What cannot be recorded is refused with its cause, and nothing is written")
  func refusals() async throws {
    try await Office.with(TechVPOffice.small) { database, superuser in
      for (party, evidence, until) in [
        (.expert("ZJ-99"), "x", nil), (.university("1234567890"), "x", nil),
        (.expert("ZJ-1"), "  ", nil), (.expert("ZJ-1"), "x", since.adding(days: -1)),
      ] as [(ConflictDesk.Party, String, DateOnly?)] {
        await #expect(throws: ConflictRefusal.self) {
          try await record(party, 0, database, evidence: evidence, until: until)
        }
      }
      let desk = ConflictDesk(pool: database.pool)
      await #expect(throws: ConflictRefusal.self) { try await desk.end(7, on: today, by: "office") }
      let id = try await record(.expert("ZJ-1"), 0, database, until: today).id
      await #expect(throws: ConflictRefusal.self) {
        try await desk.end(id, on: today, by: "office")
      }
      let rows: Int = try await superuser.one(
        "SELECT count(*) FROM registry.conflicts_of_interest")
      #expect(rows == 1)
    }
  }
}
