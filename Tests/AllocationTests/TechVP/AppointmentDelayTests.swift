import Postgres
import Testing

@testable import Allocation

/// The same two years of four appointments, with a night each day and with nights that come late.
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
    #expect(daily.tables == late.tables)
    let expected = daily.reminders.filter { reminder in
      let night = Self.nights(every: interval).first { reminder.raisedOn <= $0 }
      return night.map { daily.isOpen(reminder, on: $0) } ?? false
    }
    #expect(Set(expected.map(\.what)).symmetricDifference(late.reminders.map(\.what)) == [])
    #expect(
      Set(daily.reminders.map(\.kind)) == [
        "agreement_overdue", "conflict", "ended_for_conflict", "ending", "review_due",
        "review_overdue",
      ])
    #expect(expected.count < daily.reminders.count)
    #expect(late.reminders.count == Set(late.reminders.map(\.what)).count)
  }

  private static func nights(every interval: Int) -> [DateOnly] {
    var nights: [DateOnly] = []
    var date = first.adding(days: 1)
    while date <= last {
      if first.days(until: date) % interval == 0 || date == last { nights.append(date) }
      date = date.adding(days: 1)
    }
    return nights
  }

  private static func life(nightEvery interval: Int) async throws -> AppointmentTrace {
    var trace: AppointmentTrace?
    try await Office.with(TechVPOffice.small) { database, superuser in
      try await database.techVPNight(first)
      let requests = try await superuser.query(
        "SELECT request FROM techvp.appointment ORDER BY request LIMIT 4"
      ).decode(String.self)
      let acts = Self.acts(requests, superuser)
      let nights = Set(Self.nights(every: interval))
      var date = first
      while date <= last {
        for act in acts where act.date == date { try await act.body(database) }
        if nights.contains(date) { try await database.techVPDates(date) }
        date = date.adding(days: 1)
      }
      trace = try await AppointmentTrace(superuser)
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
  /// from beginning by a conflict.
  private static func acts(_ requests: [String], _ superuser: Pool) -> [Act] {
    let start = TechVPFixture.day("2026-02-01")
    func step(_ date: String, _ request: Int, _ step: AppointmentStep) -> Act {
      Act(date) {
        try await $0.appoint(step, requests[request], on: TechVPFixture.day(date))
      }
    }
    let signing = zip(requests, [12, 24, 24]).map { request, months in
      Act("2026-01-12") {
        try await $0.agree(request, startingOn: start, months: months, on: first)
      }
    }
    return signing + [
      Act("2026-01-13") { database in
        let university: String = try await superuser.one(
          "SELECT 'university:' || university FROM techvp.appointment WHERE request = \(requests[3])"
        )
        try await database.appoint(
          .consent, requests[3], by: university, on: TechVPFixture.day("2026-01-13"))
      },
      step(
        "2026-03-15", 3,
        .agree(documentNo: "三方", startsOn: TechVPFixture.day("2026-04-01"), months: 12)),
      Act("2026-03-20") { database in
        let (uscc, expert) = try await superuser.query(
          "SELECT uscc, expert FROM techvp.appointment WHERE request = \(requests[3])"
        ).only(String.self, String.self)
        _ = try await ConflictDesk(pool: database.pool).record(
          .founded, of: .expert(expert), in: uscc, evidence: "工商登记",
          since: TechVPFixture.day("2026-03-01"), by: "office")
      },
      step("2026-05-10", 0, .log(days: 6, month: TechVPFixture.day("2026-04-01"))),
      step("2027-01-10", 0, .renew(months: 12)),
      step("2027-01-20", 0, .review(grade: .excellent, year: nil)),
      step("2027-02-20", 2, .review(grade: .passed, year: 1)),
      step("2027-09-30", 2, .end(code: "mutual")),
      step("2028-01-15", 1, .review(grade: .failed, year: 2)),
    ]
  }
}
