import Postgres
import Testing

@testable import Allocation

/// The same two years of five appointments, with a night each day and with nights that come late.
@Suite("Late nights of appointments", .serialized)
struct AppointmentDelayTests {
  private static let first = TechVPOffice.start
  private static let last = TechVPFixture.day("2028-03-01")

  @Test(
    "Late nights leave the tables of nights in time, and remind of what is still to be done",
    arguments: [45, 2000])
  func late(interval: Int) async throws {
    let daily = try await Self.life(nightEvery: 1)
    let late = try await Self.life(nightEvery: interval)
    daily.expectSame(late, nights: Self.nights(every: interval))
    #expect(
      Set(daily.reminders.map(\.kind)) == [
        "agreement_overdue", "conflict", "ended_for_conflict", "ending", "review_due",
        "review_overdue",
      ])
    // Two conflicts of one day, each told to the university and to the office.
    #expect(daily.reminders.count { $0.kind == "conflict" && $0.occasion != nil } == 2 + 4)
  }

  private static func nights(every interval: Int) -> [DateOnly] {
    LifeTrace.nights(after: first, to: last, every: interval)
  }

  private static func life(nightEvery interval: Int) async throws -> LifeTrace {
    var trace: LifeTrace?
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(first)
      let requests = try await superuser.query(
        "SELECT request FROM techvp.appointment ORDER BY request LIMIT 5"
      ).decode(String.self)
      let acts = Self.acts(requests, superuser)
      let nights = Set(Self.nights(every: interval))
      var date = first
      while date <= last {
        for act in acts where act.date == date { try await act.body(database) }
        if nights.contains(date) { try await database.techVPDates(date) }
        date = date.adding(days: 1)
      }
      trace = try await LifeTrace(.appointments, superuser)
    }
    return try trace.orThrow()
  }

  private struct Act {
    let date: DateOnly
    let body: (Database) async throws -> Void

    init(_ date: String, _ body: @escaping (Database) async throws -> Void) {
      self.date = TechVPFixture.day(date)
      self.body = body
    }
  }

  /// One is renewed; one never reviewed in time and failed; one ended early; one agreed late and kept
  /// from beginning by a conflict; one touched by two conflicts that were recorded after its first day.
  private static func acts(_ requests: [String], _ superuser: Pool) -> [Act] {
    func day(_ text: String) -> DateOnly { TechVPFixture.day(text) }
    func step(_ date: String, _ request: Int, _ step: AppointmentStep) -> Act {
      Act(date) { try await $0.appoint(step, requests[request], on: day(date)) }
    }
    func conflict(_ date: String, _ request: Int, since: String) -> Act {
      Act(date) { database in
        let (uscc, expert) = try await superuser.query(
          "SELECT uscc, expert FROM techvp.appointment WHERE request = \(requests[request])"
        ).only(String.self, String.self)
        _ = try await ConflictDesk(pool: database.pool).record(
          .founded, of: .expert(expert), in: uscc, evidence: "工商登记", since: day(since),
          on: day(date), by: "office")
      }
    }
    let signing = zip([0, 1, 2, 4], [12, 24, 24, 12]).map { request, months in
      Act("2026-01-12") {
        try await $0.agree(
          requests[request], startingOn: day("2026-02-01"), months: months, on: first)
      }
    }
    return signing + [
      Act("2026-01-13") { database in
        let university: String = try await superuser.one(
          "SELECT 'university:' || university FROM techvp.appointment WHERE request = \(requests[3])"
        )
        try await database.appoint(.consent, requests[3], by: university, on: day("2026-01-13"))
      },
      conflict("2026-02-10", 4, since: "2025-01-01"),
      conflict("2026-02-10", 4, since: "2025-02-01"),
      step(
        "2026-03-15", 3, .agree(documentNo: "三方", startsOn: day("2026-04-01"), months: 12)),
      conflict("2026-03-20", 3, since: "2026-03-01"),
      step("2026-05-10", 0, .log(days: 6, month: day("2026-04-01"))),
      step("2027-01-10", 0, .renew(months: 12)),
      step("2027-01-20", 0, .review(grade: .excellent, year: nil)),
      step("2027-02-20", 2, .review(grade: .passed, year: 1)),
      step("2027-09-30", 2, .end(code: "mutual")),
      step("2028-01-15", 1, .review(grade: .failed, year: 2)),
    ]
  }
}
