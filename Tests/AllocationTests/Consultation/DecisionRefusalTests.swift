import Postgres
import Testing

@testable import Allocation

@Suite("Decisions past their rights")
struct DecisionRefusalTests {
  private let saturday = LandTown.saturday
  private let later = LandFixture.day("2027-01-31")

  private func code(
    _ decision: Decision, note: String? = nil, _ desk: DecisionDesk, on date: DateOnly? = nil
  ) async throws -> String? {
    do {
      _ = try await desk.record(
        Motion(decision, note: note), session: date ?? saturday, by: "office")
      return nil
    } catch let refusal as DecisionRefusal {
      return refusal.code
    }
  }

  private func transfer(_ from: String?, _ to: String, _ amount: Numeric) -> Decision {
    .adjustQuota(from: from, to: to, amount: amount, documentNumber: "文〔2026〕1号")
  }

  @Test("Each is refused with its cause, and leaves nothing behind")
  func refusals() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let desk = try await LandTown.openSession(database)
      let events: Int = try await superuser.one("SELECT count(*) FROM audit.event")
      let cases: [(Decision, String)] = [
        (transfer("JS-341881", "JS-341802", 61), "quota_short"),
        (transfer("ZB-341881", "ZB-341802", 1), "quota_short"),
        (transfer("JS-341802", "JS-341802", 1), "same_county"),
        (transfer("JS-341881", "ZB-341802", 1), "different_kinds"),
        (transfer("JS-341881", "JS-341802-2027", 1), "quota_not_valid"),
        (transfer("JS-341881", "JS-9", 1), "quota_not_valid"),
        (.allocate(request: "TD-1", parcel: "DK-A", area: 19), "rule_not_met"),
        (.allocate(request: "TD-6", parcel: "DK-A", area: 50), "rule_not_met"),
        (.allocate(request: "TD-5", parcel: "DK-C", area: 40), "rule_not_met"),
        (.allocate(request: "TD-7", parcel: "DK-A", area: 10), "rule_not_met"),
        (.allocate(request: "TD-3", parcel: "DK-B", area: 25), "rule_not_met"),
        (.allocate(request: "TD-9", parcel: "DK-A", area: 10), "unknown"),
        (.allocate(request: "TD-1", parcel: "DK-9", area: 10), "unknown"),
        (.defer(request: "TD-1", until: saturday.adding(days: -1)), "deadline_past"),
        (.refuse(request: "TD-1", reason: "mood", legalBasis: "某条例"), "unknown"),
        (.refuse(request: "TD-1", reason: "other", legalBasis: "某条例"), "note_missing"),
        (
          .assignTask(department: "nobody", due: .workingDays(3), request: nil, parcel: nil),
          "unknown"
        ),
      ]
      for (decision, cause) in cases {
        #expect(try await code(decision, note: nil, desk) == cause, "\(decision)")
      }
      #expect(try await superuser.one("SELECT count(*) FROM audit.event") == events)
      #expect(try await superuser.one("SELECT count(*) FROM land.decision") == 0)
    }
  }

  @Test("What is given is not given again: parcel, request, quota")
  func taken() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let desk = try await LandTown.openSession(database)
      let first = Decision.allocate(request: "TD-3", parcel: "DK-B", area: 30)
      #expect(try await code(first, desk) == nil)
      #expect(try await code(first, desk) == "already_decided")
      #expect(
        try await code(.allocate(request: "TD-4", parcel: "DK-B", area: 30), desk)
          == "parcel_taken")
      #expect(
        try await code(.allocate(request: "TD-3", parcel: "DK-A", area: 20), desk)
          == "already_served")
      #expect(try await code(.defer(request: "TD-3", until: later), desk) == "already_served")
      #expect(
        try await code(.holdParcel(parcel: "DK-B", request: nil, until: later), desk)
          == "parcel_taken")
      #expect(try await code(.allocate(request: "TD-1", parcel: "DK-A", area: 20), desk) == nil)
      // 10 mu of construction land are left.
      #expect(
        try await code(.allocate(request: "TD-2", parcel: "DK-A", area: 15), desk)
          == "quota_short")
      #expect(try await superuser.one("SELECT count(*) FROM land.decision") == 2)
    }
  }

  @Test(
    "A session that is planned, closed or not there decides nothing; one without agenda may meet")
  func sessions() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let sessions = try await SessionDesk(pool: database.pool, jurisdiction: nil)
      let desk = DecisionDesk(pool: database.pool, jurisdiction: LandTown.jurisdiction)
      let decision = Decision.defer(request: "TD-1", until: later)
      #expect(try await code(decision, desk) == "session_not_open")
      let agendas = AgendaDesk(pool: database.pool, jurisdiction: LandTown.jurisdiction)
      await #expect(throws: RoundError.self) {
        _ = try await agendas.draft(saturday, by: "office")
      }
      _ = try await sessions.open(saturday, attending: ["office"], by: "office")
      let (session, items) = try await agendas.draft(saturday, by: "office")
      #expect(session.state == .open)
      #expect(items.isEmpty)
      #expect(try await code(decision, desk) == nil)
      _ = try await sessions.close(saturday, by: "office")
      #expect(try await code(.defer(request: "TD-2", until: later), desk) == "session_not_open")
      let minutes = try await database.pool.withConnection {
        try await SessionMinutes.load(saturday, jurisdiction: LandTown.jurisdiction, from: $0)
      }
      #expect(minutes.markdown.contains("本次会商没有议题。"))
      #expect(try await superuser.one("SELECT count(*) FROM land.decision") == 1)
    }
  }

  @Test("A request that was refused says how it is opened again, and so it is")
  func closed() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let desk = try await LandTown.openSession(database)
      let refusing = Decision.refuse(request: "TD-1", reason: "low_benefit", legalBasis: "某条例")
      #expect(try await code(refusing, desk) == nil)
      do {
        _ = try await desk.record(
          Motion(.allocate(request: "TD-1", parcel: "DK-A", area: 20)), session: saturday,
          by: "office")
        Issue.record("a refused request was given land")
      } catch let refusal as DecisionRefusal {
        #expect(refusal.code == "rule_not_met")
        #expect(refusal.description.contains("decide “defer” until the day of this session"))
        #expect(!refusal.description.contains("another parcel"))
        #expect(refusal.description.contains("put off or refused by a consultation"))
        #expect(refusal.chinese.contains("先以 defer"))
        #expect(refusal.chinese.hasPrefix("诉求 TD-1 与地块 DK-A：会商已决定暂缓或不予安排"))
        #expect(!refusal.chinese.contains("closed"))
      }
      #expect(try await code(.defer(request: "TD-1", until: saturday), desk) == nil)
      try await LandTown.night(database, on: saturday.adding(days: 1))
      #expect(try await LandTown.awards(superuser)["TD-1"] == "DK-A 20")
    }
  }

  @Test("A quota of 0 is told as such: on the agenda, and to who decides")
  func nothing() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let report = try await Importer(pool: database.pool)
        .run([LandTown.quotas(construction: "0")])
      #expect(report.isAccepted)
      try await LandTown.night(database, on: saturday.adding(days: -1))
      #expect(try await LandTown.awards(superuser) == ["TD-3": "DK-B 30"])
      let (_, items) = try await AgendaDesk(
        pool: database.pool, jurisdiction: LandTown.jurisdiction
      ).draft(saturday, by: "office")
      let item = try #require(items.first { $0.request == "TD-1" })
      #expect(item.cause == "construction_land")
      #expect(item.figures.shortages?.map(\.free) == ["0"])
      #expect(item.figures.shortages?.map(\.needed) == ["20"])
      let desk = try await LandTown.openSession(database)
      #expect(
        try await code(.allocate(request: "TD-1", parcel: "DK-A", area: 20), desk)
          == "quota_short")
    }
  }

  @Test("The database refuses what would go round the desk")
  func forged() async throws {
    try await Office.with(LandTown.template) { database, _ in
      _ = try await LandTown.openSession(database)
      func insert(_ columns: SQL, _ values: SQL) async throws {
        try await database.pool.transaction { connection in
          try await connection.beginEvent(Cause(actor: "test", reason: "test", action: "forge"))
          _ = try await connection.execute(
            """
            INSERT INTO land.decision (jurisdiction, session_on, kind, \(columns))
            VALUES ('341800', '2026-11-28', \(values))
            """)
        }
      }
      func constraint(_ columns: SQL, _ values: SQL) async throws -> String? {
        do {
          try await insert(columns, values)
          return nil
        } catch let error as PostgresError {
          return error.constraint
        }
      }
      let columns: SQL = "from_lot, to_lot, amount, document_no"
      #expect(
        try await constraint(
          columns, "'adjust_quota', 'quota:JS-341881', 'quota:JS-341802', 61, '文'")
          == "lot_balance")
      #expect(
        try await constraint(
          columns, "'adjust_quota', 'parcel:DK-A', 'parcel:DK-B', 1, '文'")
          == "decision_lots_alike")
      #expect(
        try await constraint(
          columns, "'adjust_quota', 'quota:JS-341802', 'quota:JS-341802-2027', 1, '文'")
          == "decision_lots_of_two_counties")
      #expect(
        try await constraint("request, until_on", "'defer', 'TD-1', '2026-11-27'")
          == "decision_dates_ahead")
      #expect(
        try await constraint("request", "'defer', 'TD-1'") == "decision_of_its_kind")
    }
  }
}
