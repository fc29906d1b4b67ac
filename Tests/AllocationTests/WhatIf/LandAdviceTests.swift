import Postgres
import Testing

@testable import Allocation

@Suite("land advice, proved by solving again")
struct LandAdviceTests {
  private func base(_ snapshot: LandSnapshot) throws -> LandWhatIf.Base {
    try LandWhatIf.Base(
      snapshot, scope: LandFixture.scope, policy: LandFixture.policy(), roundID: 1)
  }

  /// One parcel of 20 mu, held by a rival who scores `tax` more.
  private func rivals() -> LandSnapshot {
    var (first, second) = (LandFixture.request("TD-1"), LandFixture.request("TD-2"))
    (first.leastArea, second.leastArea, second.tax) = (20, 20, 500)
    var parcel = LandFixture.parcel()
    (parcel.area, parcel.free, parcel.farmland) = (20, 20, 0)
    return LandFixture.snapshot(requests: [first, second], parcels: [parcel])
  }

  private func change(_ advice: SmallestChange.RuleChange, of request: LandRequest) throws
    -> LandChange
  {
    var figures = LandChange.RequestFigures()
    switch advice.rule {
    case "investment": figures.investment = Int64(advice.to)
    case "area":
      let area = LandFixture.mu(advice.to)
      (figures.area, figures.leastArea) = (area, min(area, request.leastArea))
    default: figures.neededBy = LandFixture.day(advice.to)
    }
    return .request(request.number, figures)
  }

  @Test("Outbid by 500 points a mu: the investment that makes up for it, to 1 万元")
  func investment() throws {
    let found = try #require(
      LandAdvice("TD-1", on: base(rivals())).changes.first { $0.rule == "investment" })
    // TD-2 has 6750 points a mu; 4750 + x / 4 ≥ 6750.5 at x = 8002 万元.
    #expect(found.from == "6000" && found.to == "8002")
    #expect(found.difference == "+100.1")
    #expect(found.resource == "DK-1")
    #expect(found.score == 135_020)
    // At the full mark TD-1 only ties with a rival of 7250, and a tie is no win.
    var city = rivals()
    _ = city.change(request: "TD-2") { $0.tax = 600 }
    let advice = try LandAdvice("TD-1", on: base(city)).changes
    #expect(!advice.contains { $0.rule == "investment" })
  }

  @Test("Not clean in time: the first day that wins")
  func date() throws {
    var (early, late) = (LandFixture.parcel("DK-1"), LandFixture.parcel("DK-2"))
    early.readyOn = LandFixture.day("2027-05-01")
    late.readyOn = LandFixture.day("2027-06-01")
    let city = LandFixture.snapshot(parcels: [early, late])
    let found = try LandAdvice("TD-1", on: base(city)).changes
    #expect(found.map(\.rule) == ["ready"])
    #expect(found.map(\.to) == ["2027-05-01"])
    #expect(found.map(\.difference) == ["+31"])
  }

  @Test("Too large for what is left: the area that fits, to 0.0001 mu")
  func area() throws {
    var request = LandFixture.request()
    request.leastArea = 20
    var parcel = LandFixture.parcel()
    parcel.free = LandFixture.mu("17.1234")
    let city = LandFixture.snapshot(requests: [request], parcels: [parcel])
    let found = try #require(LandAdvice("TD-1", on: base(city)).changes.first)
    #expect(found.rule == "area" && found.to == "17.1234")
    #expect(found.difference == "−2.8766")
    for (language, words) in [
      (Language.chinese, "若需求面积（最小面积不大于之，亩）由 20 改为 17.1234（−2.8766 亩），可获配地块 DK-1（得分 "),
      (
        .english,
        "With the area (with a least area not above it, mu) changed from 20 to 17.1234 "
          + "(−2.8766 mu), parcel DK-1 is won"
      ),
    ] {
      #expect(found.advice(Land.glossary).text(in: language).hasPrefix(words))
    }
  }

  @Test("Every advice of random cities wins as a what-if, and one step less does not")
  func proven() throws {
    var count = 0
    for seed in 0..<8 {
      let city = RandomCity.snapshot(seed: seed, requests: 8, parcels: 4)
      let base = try base(city)
      for request in city.requests where base.result.awards[request.number] == nil {
        for advice in try LandAdvice(request.number, on: base).changes {
          let answer = try LandWhatIf([change(advice, of: request)], on: base)
          let award = answer.difference.after.awards[request.number]
          #expect(award?.resource == advice.resource, "seed \(seed) \(advice)")
          #expect(award?.score == advice.score, "seed \(seed) \(advice)")
          count += 1
          guard advice.rule == "investment", let to = Int64(advice.to) else { continue }
          var less = LandChange.RequestFigures()
          less.investment = to - 1
          let short = try LandWhatIf([.request(request.number, less)], on: base)
          #expect(short.difference.after.awards[request.number] == nil, "seed \(seed) \(advice)")
        }
      }
    }
    #expect(count > 2)
  }

  @Test("A request that the round does not have is named")
  func unknown() throws {
    #expect(throws: FieldFault.self) { try LandAdvice("TD-9", on: base(rivals())) }
  }
}
