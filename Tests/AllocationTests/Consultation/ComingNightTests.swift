import Postgres
import Testing

@testable import Allocation

@Suite(
  "The night that comes: live offers stand, in what-ifs, in decisions and in an agenda's worth")
struct ComingNightTests {
  private let friday = LandTown.saturday.adding(days: -1)
  private let saturday = LandTown.saturday
  private let until = LandFixture.day("2027-01-31")

  /// On Friday TD-1 is offered 20 mu of DK-A and TD-3 the whole of DK-B.
  private func afterFriday(
    _ body: (Database, Pool) async throws -> Void
  ) async throws {
    try await Office.with(LandTown.template) { database, superuser in
      try await LandTown.night(database, on: friday)
      #expect(try await LandTown.awards(superuser) == ["TD-1": "DK-A 20", "TD-3": "DK-B 30"])
      try await body(database, superuser)
    }
  }

  private func ask(_ changes: [LandChange], _ database: Database) async throws -> LandWhatIf {
    let base = try await database.pool.withConnection {
      try await LandWhatIf.Base.find(on: nil, jurisdiction: nil, from: $0)
    }
    #expect(base.roundID != nil && base.night?.businessDate == saturday)
    return try LandWhatIf(changes, on: base)
  }

  private func names(_ turns: [Difference.Turn]) -> [String] { turns.map(\.request) }

  private func offer(_ request: String, _ pool: Pool) async throws -> Int {
    try await pool.one(
      "SELECT max(offer_id) FROM allocation.offer WHERE request = \(request)")
  }

  // MARK: - what-if

  @Test("Asked of the latest round, a what-if of a session is what the next night then does")
  func foretold() async throws {
    try await afterFriday { database, superuser in
      let steps: [(Motion, [LandChange])] = [
        (
          Motion(
            .adjustQuota(from: "JS-341881", to: "JS-341802", amount: 30, documentNumber: "文1号")),
          [.quota(.lot("quota:JS-341881"), by: -30), .quota(.lot("quota:JS-341802"), by: 30)]
        ),
        (
          Motion(.allocate(request: "TD-2", parcel: "DK-A", area: 18)),
          [.pin(.init(request: "TD-2", parcel: "DK-A", area: 18))]
        ),
        (
          Motion(
            .waiveThreshold(request: "TD-5", threshold: .investment, parcel: "DK-C", until: nil)),
          [.waive(LandWaiver(request: "TD-5", threshold: .investment, parcel: "DK-C"))]
        ),
        (
          Motion(.holdParcel(parcel: "DK-D", request: nil, until: until)),
          [.hold(parcel: "DK-D", ParcelHold(until: until, request: nil))]
        ),
        (Motion(.defer(request: "TD-6", until: until)), [.putOff(request: "TD-6", until: until)]),
        (
          Motion(.refuse(request: "TD-7", reason: "low_benefit", legalBasis: "某条例")),
          [.refuse(request: "TD-7")]
        ),
        (
          Motion(
            .assignTask(department: "office", due: .workingDays(5), request: nil, parcel: nil),
            note: "清表"), []
        ),
      ]
      #expect(Set(steps.map(\.0.decision.kind)) == Set(Decision.Kind.allCases))
      let answer = try await ask(steps.flatMap(\.1), database)
      #expect(answer.withdrawn.isEmpty)
      let stored: Int64 = try await superuser.one("SELECT objective FROM allocation.round")
      #expect(answer.difference.before.objective == stored)
      let desk = try await LandTown.openSession(database)
      for (motion, _) in steps {
        _ = try await desk.record(motion, session: saturday, by: "office")
      }
      let before = try await LandTown.awards(superuser)
      try await LandTown.night(database, on: saturday)
      let after = try await LandTown.awards(superuser)
      let gained = after.keys.filter { !["TD-1", "TD-3"].contains($0) }.sorted()
      #expect(names(answer.difference.gains) == gained)
      #expect(answer.difference.losses.isEmpty && answer.difference.moves.isEmpty)
      #expect(before.allSatisfy { after[$0.key] == $0.value })
      #expect(
        after == answer.difference.after.awards.mapValues { "\($0.resource) \($0.amount.reduced)" })
    }
  }

  @Test("No request displaces a live offer: a better one waits for the next night like the others")
  func standing() async throws {
    try await afterFriday { database, superuser in
      // TD-4 would beat TD-3 for DK-B, and no round asks TD-3 again.
      var figures = LandChange.RequestFigures()
      (figures.investment, figures.priority) = (90_000, .province)
      let better = try await ask([.request("TD-4", figures)], database)
      #expect(better.difference.isEmpty)
      try await database.pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "test", reason: "test", action: "test"))
        _ = try await connection.execute(
          """
          UPDATE registry.land_requests SET investment_wan = 90000, priority = 'province'
          WHERE number = 'TD-4'
          """)
      }
      try await LandTown.night(database, on: saturday)
      #expect(try await LandTown.awards(superuser) == ["TD-1": "DK-A 20", "TD-3": "DK-B 30"])
    }
  }

  @Test(
    "A pin in a live offer's place says whose offer must go; the session needs it withdrawn, too")
  func pinned() async throws {
    try await afterFriday { database, superuser in
      let answer = try await ask([.pin(.init(request: "TD-4", parcel: "DK-B"))], database)
      let held = try await offer("TD-3", superuser)
      #expect(answer.withdrawn.map(\.offerID) == [held])
      #expect(names(answer.difference.gains) == ["TD-4"])
      #expect(names(answer.difference.losses) == ["TD-3"])
      let price = try #require(answer.overrides.first)
      #expect(price.displaced.map(\.request) == ["TD-3"])
      let score: Int64 = try await superuser.one(
        "SELECT score FROM allocation.offer WHERE offer_id = \(held)")
      #expect(price.cost == score - price.award.score)
      let desk = try await LandTown.openSession(database)
      let motion = Motion(.allocate(request: "TD-4", parcel: "DK-B", area: 30))
      await #expect(throws: DecisionRefusal.self) {
        try await desk.record(motion, session: saturday, by: "office")
      }
      try await OfferDesk(pool: database.pool).answer(
        held, OfferAnswer(.withdraw, by: "office", on: saturday))
      _ = try await desk.record(motion, session: saturday, by: "office")
      try await LandTown.night(database, on: saturday)
      #expect(try await LandTown.awards(superuser) == ["TD-1": "DK-A 20", "TD-4": "DK-B 30"])
    }
  }

  @Test(
    "A quota is cut out of what is free; what offers hold is taken back only where that is short")
  func quota() async throws {
    try await afterFriday { database, _ in
      let name = LandChange.QuotaName.county("341802", .constructionLand)
      let small = try await ask([.quota(name, by: -10)], database)
      #expect(small.difference.isEmpty && small.withdrawn.isEmpty)
      let large = try await ask([.quota(name, by: -15)], database)
      #expect(large.withdrawn.map(\.request.number) == ["TD-1"])
      // 15 mu are left: TD-2 is content with 15, TD-1 is not.
      #expect(names(large.difference.losses) == ["TD-1"])
      #expect(names(large.difference.gains) == ["TD-2"])
      await #expect(throws: FieldFault.self) { try await ask([.quota(name, by: -31)], database) }
    }
  }

  @Test("A declined or withdrawn offer stands no more, and a commitment is not taken back")
  func answered() async throws {
    try await afterFriday { database, superuser in
      let offers = OfferDesk(pool: database.pool)
      try await offers.answer(
        try await offer("TD-1", superuser),
        OfferAnswer(.decline, by: "natural_resources", code: "price", on: friday))
      // DK-A is free again, TD-1 may not have it, and the next night gives it to TD-2.
      let none = try await ask([], database)
      #expect(none.difference.isEmpty)
      #expect(none.difference.before.awards.keys.sorted() == ["TD-2", "TD-3"])
      try await offers.answer(
        try await offer("TD-3", superuser),
        OfferAnswer(.accept, by: "natural_resources", on: friday))
      for change: LandChange in [
        .pin(.init(request: "TD-4", parcel: "DK-B")), .requestOut("TD-3"), .refuse(request: "TD-3"),
      ] {
        await #expect(throws: FieldFault.self, "\(change)") { try await ask([change], database) }
      }
      try await LandTown.night(database, on: saturday)
      #expect(try await LandTown.awards(superuser) == ["TD-2": "DK-A 20", "TD-3": "DK-B 30"])
    }
  }

  @Test("Asked of a night that has been, a what-if tells what that night would have done")
  func been() async throws {
    try await afterFriday { database, _ in
      let base = try await database.pool.withConnection {
        try await LandWhatIf.Base.find(on: friday, jurisdiction: nil, from: $0)
      }
      var figures = LandChange.RequestFigures()
      (figures.investment, figures.priority) = (90_000, .province)
      let answer = try LandWhatIf([.request("TD-4", figures)], on: base)
      #expect(names(answer.difference.gains) == ["TD-4"])
      #expect(names(answer.difference.losses) == ["TD-3"])
    }
  }

  // MARK: - decisions

  @Test(
    "A session of a Saturday to come lets no offer lapse that may still be answered",
    arguments: [("2026-11-28", "offered"), ("2026-12-12", "expired")])
  func notYetDue(today: String, state: String) async throws {
    try await afterFriday { database, superuser in
      let later = LandFixture.day("2026-12-12")
      let due: DateOnly = try await superuser.one("SELECT max(due_on) FROM allocation.offer")
      #expect(due > saturday && due < later)
      let sessions = try await SessionDesk(pool: database.pool, jurisdiction: nil)
      _ = try await sessions.open(later, attending: ["office"], by: "office")
      let desk = DecisionDesk(
        pool: database.pool, jurisdiction: LandTown.jurisdiction, today: LandFixture.day(today))
      _ = try await desk.record(
        Motion(.defer(request: "TD-2", until: until)), session: later, by: "office")
      #expect(
        try await superuser.query("SELECT DISTINCT state FROM allocation.offer").decode(String.self)
          == [state])
      do {
        _ = try await desk.record(
          Motion(.allocate(request: "TD-4", parcel: "DK-B", area: 30)), session: later, by: "office"
        )
        #expect(state == "expired")
      } catch let refusal as DecisionRefusal {
        #expect(state == "offered" && refusal.code == "parcel_taken")
      }
    }
  }

  // MARK: - the agenda

  private func agenda(_ database: Database) async throws -> [String: AgendaItem] {
    let (_, items) = try await AgendaDesk(
      pool: database.pool, jurisdiction: LandTown.jurisdiction
    ).draft(saturday, by: "office")
    return Dictionary(items.map { ($0.request, $0) }, uniquingKeysWith: { first, _ in first })
  }

  @Test("Lifting a block is worth what the next night gains, and nothing that others hold")
  func worth() async throws {
    try await Office.with(LandTown.template) { database, _ in
      let report = try await Importer(pool: database.pool).run([LandTown.quotas(construction: "60")]
      )
      #expect(report.isAccepted)
      // TD-1 and TD-2 have 20 mu each; 20 of the quota are left, and TD-5 needs 40.
      try await LandTown.night(database, on: friday)
      let short = try #require(try await agenda(database)["TD-5"])
      #expect(short.cause == "below_threshold")
      #expect(short.worth == 0 && short.worthTax == 0)
    }
    try await Office.with(LandTown.template) { database, _ in
      let report = try await Importer(pool: database.pool).run([LandTown.quotas(construction: "90")]
      )
      #expect(report.isAccepted)
      try await LandTown.night(database, on: friday)
      let item = try #require(try await agenda(database)["TD-5"])
      let lifted = try await ask(
        [LandWaiver.Threshold.investment, .tax].map {
          .waive(LandWaiver(request: "TD-5", threshold: $0, parcel: "DK-C"))
        }, database)
      #expect(names(lifted.difference.gains) == ["TD-5"])
      #expect(
        item.worth == lifted.difference.after.objective - lifted.difference.before.objective)
      #expect(item.worthTax == 800)
    }
  }

  @Test("An offer that others want is on the agenda as contested, with its rivals")
  func contested() async throws {
    try await afterFriday { database, superuser in
      let items = try await agenda(database)
      let held = try #require(items["TD-3"])
      #expect(held.cause == "contested")
      #expect(held.figures.rivals == ["TD-4"])
      #expect(held.figures.parcel == "DK-B")
      #expect(held.departments == ["natural_resources", "county:341881"])
      #expect(held.worth == items["TD-4"]?.worth)
      #expect(held.worth > 0)
      #expect(items["TD-4"]?.cause == "outbid")
      #expect(items["TD-1"] == nil, "nobody is outbid for DK-A")
      // Once it is accepted there is nothing left to talk about.
      try await OfferDesk(pool: database.pool).answer(
        try await offer("TD-3", superuser),
        OfferAnswer(.accept, by: "natural_resources", on: friday))
      #expect(try await agenda(database)["TD-3"] == nil)
    }
  }
}
