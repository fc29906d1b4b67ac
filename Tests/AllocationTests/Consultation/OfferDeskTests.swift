import Postgres
import Testing

@testable import Allocation

@Suite("Answers to offers")
struct OfferDeskTests {
  private let date = TechVPFixture.day("2026-11-20")

  private func standing(
    _ state: OfferStanding.State = .offered, department: String? = "natural_resources"
  ) -> OfferStanding {
    OfferStanding(
      offerID: 1, mechanism: .land, department: department, request: "TD-1", resource: "P-1",
      state: state, dueOn: TechVPFixture.day("2026-11-27"))
  }

  private func refusal(
    _ standing: OfferStanding, _ kind: OfferAnswer.Kind, by department: String,
    code: String? = nil, on date: String = "2026-11-27"
  ) -> String? {
    do {
      try standing.judge(
        OfferAnswer(kind, by: department, code: code, on: TechVPFixture.day(date)),
        codes: ["price"])
      return nil
    } catch {
      return error.code
    }
  }

  @Test("The right party, in the right state, in time, with a reason")
  func judgement() {
    let offer = standing()
    #expect(refusal(offer, .accept, by: "natural_resources") == nil)
    #expect(refusal(offer, .accept, by: "office") == "wrong_party")
    #expect(refusal(standing(department: nil), .accept, by: "office") == nil)
    #expect(refusal(offer, .accept, by: "natural_resources", on: "2026-11-28") == "past_deadline")
    #expect(refusal(standing(.accepted), .accept, by: "natural_resources") == "wrong_state")
    #expect(refusal(offer, .accept, by: "natural_resources", code: "price") == "wrong_code")
    #expect(refusal(offer, .decline, by: "natural_resources", code: "price") == nil)
    #expect(refusal(offer, .decline, by: "natural_resources") == "wrong_code")
    #expect(refusal(offer, .decline, by: "natural_resources", code: "mood") == "wrong_code")
    #expect(refusal(offer, .withdraw, by: "natural_resources") == "wrong_party")
    #expect(refusal(offer, .withdraw, by: "office", on: "2026-12-31") == nil)
    #expect(refusal(offer, .release, by: "office", code: "price") == "wrong_state")
    #expect(refusal(standing(.accepted), .release, by: "office", code: "price") == nil)
    #expect(
      refusal(standing(.accepted), .release, by: "natural_resources", code: "price") == nil)
    #expect(refusal(standing(.accepted), .release, by: "county:341802") == "wrong_party")
  }

  @Test("Answers move what offers hold on the ledger; a lifted decline may come again")
  func ledger() async throws {
    try await Office.with(Office.city) { database, superuser in
      _ = try await Night(pool: database.pool, actor: "test").run(on: date, mechanisms: [.land])
      let offers = try await superuser.query(
        "SELECT offer_id, request, resource FROM report.offer ORDER BY offer_id LIMIT 2"
      ).decode(Int.self, String.self, String.self)
      let (kept, dropped) = (offers[0], offers[1])
      let desk = OfferDesk(pool: database.pool)
      func answer(_ offer: Int, _ kind: OfferAnswer.Kind, _ code: String? = nil) async throws {
        try await desk.answer(
          offer, OfferAnswer(kind, by: "natural_resources", code: code, on: date))
      }
      func balance(_ parcel: String, _ account: String) async throws -> Numeric {
        try await superuser.one(
          """
          SELECT coalesce((SELECT amount FROM allocation.balance
            WHERE lot = \("parcel:" + parcel) AND account = \(account)), 0)
          """)
      }
      let held = try await balance(kept.2, "offered")
      #expect(held > 0)
      try await answer(kept.0, .accept)
      #expect(try await balance(kept.2, "committed") == held)
      #expect(try await balance(kept.2, "offered") == 0)
      await #expect(throws: OfferRefusal.self) { try await answer(kept.0, .accept) }
      try await answer(kept.0, .release, "not_signed")
      #expect(try await balance(kept.2, "committed") == 0)

      try await answer(dropped.0, .decline, "price")
      func isDeclined() async throws -> Bool {
        try await superuser.one(
          """
          SELECT (\(dropped.1), \(dropped.2)) IN (
            SELECT request, resource FROM allocation.declined_pairs('land', '341800'))
          """)
      }
      #expect(try await isDeclined())
      func lift() async throws {
        try await desk.liftDecline(
          .land, request: dropped.1, resource: dropped.2, by: "office", cause: "价格已议",
          on: date)
      }
      try await lift()
      #expect(try await !isDeclined())
      await #expect(throws: OfferRefusal.self) { try await lift() }
      await #expect(throws: OfferRefusal.unknown(999_999)) {
        try await answer(999_999, .accept)
      }
      #expect(try await Verification(pool: database.pool).auditFaults().isEmpty)
    }
  }

  @Test("Of ten answers to one offer at once, one counts and the others see it")
  func concurrent() async throws {
    try await Office.with(Office.city) { database, superuser in
      _ = try await Night(pool: database.pool, actor: "test").run(on: date, mechanisms: [.techvp])
      let (offer, department) = try await superuser.query(
        "SELECT offer_id, department FROM allocation.offer ORDER BY offer_id LIMIT 1"
      ).only(Int.self, String.self)
      let desk = OfferDesk(pool: database.pool)
      let results = await withTaskGroup(of: String?.self) { group in
        for number in 0..<10 {
          group.addTask {
            let answer =
              number.isMultiple(of: 2)
              ? OfferAnswer(.accept, by: department, on: date)
              : OfferAnswer(.decline, by: department, code: "not_released", on: date)
            do {
              try await desk.answer(offer, answer)
              return nil
            } catch {
              return (error as? OfferRefusal)?.code ?? "\(error)"
            }
          }
        }
        return await group.reduce(into: [String?]()) { $0.append($1) }
      }
      #expect(results.count { $0 == nil } == 1)
      #expect(results.count { $0 == "wrong_state" } == 9)
    }
  }
}
