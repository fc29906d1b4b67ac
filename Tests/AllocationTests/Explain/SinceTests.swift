import Postgres
import Testing

@testable import Allocation

@Suite("An explanation knows what has become of a request since its round")
struct SinceTests {
  private let friday = LandTown.saturday.adding(days: -1)

  private func page(
    _ request: String, _ language: Language, _ database: Database
  ) async throws -> [String] {
    let stored = try await database.pool.withConnection {
      try await StoredExplanation.load(request, from: $0)
    }
    return ExplanationText(stored, glossary: Land.glossary, language: language).lines
  }

  @Test("Granted, refused, put off, offered, declined: each is said, in both languages")
  func decided() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      try await LandTown.night(database, on: friday)
      let desk = try await LandTown.openSession(database)
      for decision: Decision in [
        .adjustQuota(from: "JS-341881", to: "JS-341802", amount: 20, documentNumber: "文1号"),
        .allocate(request: "TD-2", parcel: "DK-A", area: 18),
        .refuse(request: "TD-7", reason: "low_benefit", legalBasis: "某条例第三条"),
        .defer(request: "TD-4", until: LandFixture.day("2027-01-31")),
      ] {
        _ = try await desk.record(
          Motion(decision, note: "附注"), session: LandTown.saturday, by: "office")
      }
      let granted = try await page("TD-2", .chinese, database)
      #expect(
        granted.contains { $0.hasPrefix("结果：会商（2026-11-28，第 2 项）决定安排 DK-A（18 亩）") })
      #expect(!granted.contains { $0.contains("结果：未获配") })
      let refused = try await page("TD-7", .chinese, database)
      #expect(
        refused.contains {
          $0.contains("第 3 项") && $0.contains("产出效益过低") && $0.contains("low_benefit")
            && $0.contains("依据：某条例第三条") && $0.contains("附注")
        })
      let english = try await page("TD-7", .english, database)
      #expect(english.contains { $0.contains("too little benefit") && $0.contains("某条例第三条") })
      let deferred = try await page("TD-4", .chinese, database)
      #expect(deferred.contains { $0.contains("第 4 项") && $0.contains("暂缓至 2027-01-31") })
      let offered = try await page("TD-1", .english, database)
      #expect(offered.contains { $0.hasPrefix("Now: offer ") && $0.contains("DK-A") })
      let offer: Int = try await superuser.one(
        "SELECT offer_id FROM allocation.offer WHERE request = 'TD-1'")
      try await OfferDesk(pool: database.pool).answer(
        offer, OfferAnswer(.decline, by: "natural_resources", code: "price", on: friday))
      let declined = try await page("TD-1", .chinese, database)
      #expect(declined.contains { $0.contains("已谢绝：地价不能接受") })
    }
  }

  @Test("What was known on a day is told without what came after")
  func asOf() async throws {
    try await Office.with(LandTown.template) { database, _ in
      try await LandTown.night(database, on: friday)
      let desk = try await LandTown.openSession(database)
      _ = try await desk.record(
        Motion(.refuse(request: "TD-7", reason: "low_benefit", legalBasis: "某条例")),
        session: LandTown.saturday, by: "office")
      let stored = try await database.pool.withConnection {
        try await StoredExplanation.load("TD-7", asOf: friday, from: $0)
      }
      #expect(stored.since.decisions.isEmpty)
      let lines = ExplanationText(stored, glossary: Land.glossary, language: .chinese).lines
      #expect(lines.contains { $0.hasPrefix("结果：未获配。") })
    }
  }
}
