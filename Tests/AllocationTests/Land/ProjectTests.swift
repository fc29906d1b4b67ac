import Postgres
import Testing

@testable import Allocation

@Suite("Projects on granted land")
struct ProjectTests {
  private let saturday = LandTown.saturday

  private func granted(_ database: Database) async throws -> Int {
    let desk = try await LandTown.openSession(database)
    let recorded = try await desk.record(
      Motion(.allocate(request: "TD-3", parcel: "DK-B", area: 30)), session: saturday,
      by: "office")
    return try #require(recorded.offerID)
  }

  private func flags(_ database: Database, _ superuser: Pool, on date: DateOnly) async throws
    -> [String]
  {
    let scope = RoundScope(
      mechanism: .land, jurisdiction: LandTown.jurisdiction, businessDate: date)
    try await database.pool.transaction { connection in
      try await connection.beginEvent(Cause(actor: "test", reason: "\(date)", action: "night"))
      try await Land.nightlyWork(in: scope, on: connection)
    }
    return try await superuser.query(
      """
      SELECT f FROM (SELECT unnest(flags) AS f FROM report.project_stage) s
      ORDER BY f COLLATE "C"
      """
    ).decode(String.self)
  }

  @Test("Stages come in order, and the city's days are agreed where nothing else is")
  func stages() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let offer = try await granted(database)
      let desk = ProjectDesk(pool: database.pool)
      func reach(_ stage: ProjectStage, _ date: String) async throws {
        try await desk.reach(
          stage, offer: offer, on: LandFixture.day(date), by: "natural_resources")
      }
      await #expect(throws: ProjectRefusal.outOfOrder(offer, .started, .acquired)) {
        try await reach(.started, "2026-12-10")
      }
      await #expect(throws: ProjectRefusal.unknown(999)) {
        try await desk.reach(.signed, offer: 999, on: saturday, by: "natural_resources")
      }
      try await reach(.signed, "2026-11-30")
      let (start, production) = try await superuser.query(
        "SELECT start_due_on, production_due_on FROM report.project_stage"
      ).only(DateOnly.self, DateOnly.self)
      #expect(LandFixture.day("2026-11-30").days(until: start) == 166)
      #expect(start.days(until: production) == 295)
      await #expect(throws: ProjectRefusal.self) { try await reach(.signed, "2026-12-01") }
      await #expect(throws: ProjectRefusal.self) { try await reach(.acquired, "2026-11-29") }
      try await reach(.acquired, "2026-12-20")
      try await reach(.started, "2027-03-01")
      try await reach(.producing, "2027-12-01")
      let (toStart, toProduction) = try await superuser.query(
        """
        SELECT signing_to_start_days::bigint, start_to_production_days::bigint
        FROM report.project_stage
        """
      ).only(Int.self, Int.self)
      #expect(toStart == 91)
      #expect(toProduction == 275)
      #expect(try await Verification(pool: database.pool).auditFaults().isEmpty)
    }
  }

  @Test("Clocks run out on their day, not before, and each flag is raised once")
  func clocks() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let offer = try await granted(database)
      let due = LandFixture.day("2027-05-01")
      try await ProjectDesk(pool: database.pool).reach(
        .signed, offer: offer, on: LandFixture.day("2026-11-30"), by: "natural_resources",
        agreement: .init(startDueOn: due, productionDueOn: LandFixture.day("2030-01-01")))
      let expected: [(Int, [String])] = [
        (0, []), (1, ["start_overdue"]), (364, ["start_overdue"]),
        (365, ["idle_one_year", "start_overdue"]), (729, ["idle_one_year", "start_overdue"]),
        (730, ["idle_one_year", "idle_two_years", "start_overdue"]),
        (731, ["idle_one_year", "idle_two_years", "start_overdue"]),
      ]
      for (days, wanted) in expected {
        let found = try await flags(database, superuser, on: due.adding(days: days))
        #expect(found == wanted, "\(days) days after the agreed start")
      }
    }
  }

  @Test("Once building starts the flags end; a new stop of a year raises its own")
  func cleared() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let offer = try await granted(database)
      let desk = ProjectDesk(pool: database.pool)
      func reach(_ stage: ProjectStage, _ day: String) async throws {
        try await desk.reach(
          stage, offer: offer, on: LandFixture.day(day), by: "natural_resources",
          agreement: .init(
            startDueOn: LandFixture.day("2027-05-01"),
            productionDueOn: LandFixture.day("2035-01-01"))
        )
      }
      try await reach(.signed, "2026-11-30")
      try await reach(.acquired, "2026-12-30")
      let idle = try await flags(database, superuser, on: LandFixture.day("2028-06-01"))
      #expect(idle == ["idle_one_year", "start_overdue"])
      // 30 mu at 20 万元 a mu: a fifth of 600 万元.
      let fee: Numeric = try await superuser.one("SELECT idle_fee_wan FROM report.project_stage")
      #expect(fee == 120)
      try await reach(.started, "2028-06-10")
      #expect(try await flags(database, superuser, on: LandFixture.day("2028-06-11")).isEmpty)
      let none: Numeric? = try await superuser.one("SELECT idle_fee_wan FROM report.project_stage")
      #expect(none == nil)
      let ended = try await superuser.query(
        "SELECT DISTINCT cleared_on FROM land.project_flag"
      ).decode(DateOnly?.self)
      #expect(ended == [LandFixture.day("2028-06-11")])
      try await desk.report(
        .init(developed: 1, stoppedOn: .some(LandFixture.day("2028-07-01"))), offer: offer,
        by: "natural_resources")
      let again = try await flags(database, superuser, on: LandFixture.day("2029-07-01"))
      #expect(again == ["idle_one_year"])
      #expect(try await Verification(pool: database.pool).auditFaults().isEmpty)
    }
  }

  @Test(
    "The fee is a share of the price, to the yuan, halves up",
    arguments: [
      ("30", "20", "120"), ("0.0001", "0.25", "0"), ("0.1001", "12.25", "0.2452"),
      ("3.3333", "0.75", "0.5"),
    ])
  func fee(area: String, price: String, fee: String) throws {
    let clocks = try ProjectClocks(clocksPolicy("166.5"))
    let project = LandProject(
      offerID: 1, isLive: true, stages: [:], startDueOn: nil, productionDueOn: nil,
      area: LandFixture.mu(area), price: LandFixture.mu(price), investment: 1, developed: nil,
      invested: nil, stoppedOn: nil)
    #expect(try clocks.fee(of: project) == LandFixture.mu(fee))
  }

  private func clocksPolicy(_ signing: String) -> Policy {
    let values = [
      "clock.signing_to_start": signing, "clock.start_to_production": "295",
      "clock.idle_fee": "365", "clock.idle_take_back": "730", "limit.idle_developed": "3",
      "limit.idle_invested": "0.25", "limit.idle_fee": "0.2",
    ].map { ("land.\($0)", Policy.Value.number(LandFixture.mu($1))) }
    return Policy(version: 1, values: Dictionary(uniqueKeysWithValues: values))
  }

  @Test("The city's indicator is an average of 166.5 days: 166 and 167 together just meet it")
  func indicator() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let first = try await granted(database)
      let second = try await DecisionDesk(
        pool: database.pool, jurisdiction: LandTown.jurisdiction
      ).record(
        Motion(.allocate(request: "TD-1", parcel: "DK-A", area: 20)), session: saturday,
        by: "office"
      ).offerID
      let desk = ProjectDesk(pool: database.pool)
      let signed = LandFixture.day("2026-12-01")
      func build(_ offer: Int, _ days: Int) async throws {
        for (stage, day) in [
          (ProjectStage.signed, signed), (.acquired, signed), (.started, signed.adding(days: days)),
        ] { try await desk.reach(stage, offer: offer, on: day, by: "natural_resources") }
      }
      func indicator() async throws -> String {
        try await superuser.one(
          """
          SELECT concat_ws(' ', projects, average_days, target_days, is_met)
          FROM report.project_indicator WHERE step = 'signing_to_start'
          """)
      }
      try await build(first, 167)
      #expect(try await indicator() == "1 167.0 166.5 f")
      try await build(try #require(second), 166)
      #expect(try await indicator() == "2 166.5 166.5 t")
    }
  }

  @Test(
    "Stopped land is idle when under a third is built on or under a quarter invested",
    arguments: [
      ("9.9", Int64(9000), true), ("9.9999", 9000, true), ("10", 9000, false), ("10", 2249, true),
      ("10", 2250, false),
    ])
  func stopped(developed: String, invested: Int64, isIdle: Bool) async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let offer = try await granted(database)
      let desk = ProjectDesk(pool: database.pool)
      for (stage, day) in [
        (ProjectStage.signed, "2026-11-30"), (.acquired, "2026-12-10"), (.started, "2027-01-10"),
      ] {
        try await desk.reach(
          stage, offer: offer, on: LandFixture.day(day), by: "natural_resources")
      }
      let stop = LandFixture.day("2027-02-01")
      try await desk.report(
        .init(developed: LandFixture.mu(developed), invested: invested, stoppedOn: .some(stop)),
        offer: offer, by: "natural_resources")
      let before = try await flags(database, superuser, on: stop.adding(days: 364))
      #expect(!before.contains("idle_one_year"))
      let after = try await flags(database, superuser, on: stop.adding(days: 365))
      #expect(after.contains("idle_one_year") == isIdle)
    }
  }

  @Test("What is left of a quota that may be carried over goes to the next year's; else it stays")
  func carryOver() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let newYear = LandFixture.day("2027-01-02")
      _ = try await flags(database, superuser, on: newYear)
      #expect(try await LandTown.balance("quota:JS-341802-2027", "free", superuser) == 10)
      try await database.pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "test", reason: "文", action: "carry over"))
        _ = try await connection.execute(
          "UPDATE allocation.lot SET carry_over = true WHERE lot = 'quota:JS-341802'")
      }
      _ = try await flags(database, superuser, on: newYear)
      _ = try await flags(database, superuser, on: newYear.adding(days: 1))
      #expect(try await LandTown.balance("quota:JS-341802-2027", "free", superuser) == 40)
      #expect(try await LandTown.balance("quota:JS-341802", "free", superuser) == 0)
    }
  }

  @Test("The ledger follows a changed quota, but not below what is used")
  func registry() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let desk = try await LandTown.openSession(database)
      _ = try await desk.record(
        Motion(.allocate(request: "TD-1", parcel: "DK-A", area: 20)), session: saturday,
        by: "office")
      func load(_ amount: String) async throws {
        let report = try await Importer(pool: database.pool)
          .run([LandTown.quotas(construction: amount)])
        guard report.isAccepted else { throw OfficeError(lines: report.faultLines()) }
      }
      try await load("25.5")
      let lot = "quota:JS-341802"
      #expect(try await LandTown.balance(lot, "free", superuser) == LandFixture.mu("5.5"))
      #expect(try await LandTown.balance(lot, "committed", superuser) == 20)
      #expect(
        try await LandTown.balance(lot, "source", superuser) == LandFixture.mu("-25.5"))
      await #expect(throws: OfficeError.self) { try await load("19.9999") }
      #expect(try await LandTown.balance(lot, "free", superuser) == LandFixture.mu("5.5"))
    }
  }
}
