import Matching
import Postgres
import Testing

@testable import Allocation

@Suite("land what-if")
struct LandWhatIfTests {
  /// Two projects of 20 mu each, and one parcel of 20 mu; TD-2 scores more.
  private func rivals() -> LandSnapshot {
    var (first, second) = (LandFixture.request("TD-1"), LandFixture.request("TD-2"))
    (first.leastArea, second.leastArea, second.tax) = (20, 20, 500)
    var parcel = LandFixture.parcel()
    (parcel.area, parcel.free, parcel.farmland) = (20, 20, 0)
    return LandFixture.snapshot(requests: [first, second], parcels: [parcel])
  }

  private func ask(
    _ changes: [LandChange], _ snapshot: LandSnapshot? = nil, roundID: Int? = 1
  ) throws -> LandWhatIf {
    let base = try LandWhatIf.Base(
      snapshot ?? rivals(), scope: LandFixture.scope, policy: LandFixture.policy(),
      roundID: roundID)
    return try LandWhatIf(changes, on: base)
  }

  private func gains(_ answer: LandWhatIf) -> [String] { answer.difference.gains.map(\.request) }
  private func losses(_ answer: LandWhatIf) -> [String] { answer.difference.losses.map(\.request) }

  @Test("No change makes no difference, on any city", arguments: [nil, 1] as [Int?])
  func nothing(roundID: Int?) throws {
    for seed in 0..<4 {
      let city = RandomCity.snapshot(seed: seed, requests: 14, parcels: 5)
      let answer = try ask([], city, roundID: roundID)
      #expect(answer.difference.isEmpty, "seed \(seed)")
      #expect(answer.difference.rows.isEmpty, "seed \(seed)")
      #expect(answer.difference.before.objective == answer.difference.after.objective)
    }
  }

  @Test("A request that leaves makes room for its rival; figures on both sides")
  func requestOut() throws {
    let answer = try ask([.requestOut("TD-2")])
    #expect(gains(answer) == ["TD-1"])
    #expect(losses(answer) == ["TD-2"])
    #expect(answer.difference.losses.map(\.isThere) == [false])
    #expect(answer.difference.before.objective - answer.difference.after.objective == 10_000)
    #expect(answer.searchGain == 0)
  }

  @Test("Every kind of change that takes the parcel from TD-2")
  func displacing() throws {
    var better = LandChange.RequestFigures()
    better.tax = 600
    var smaller = LandChange.RequestFigures()
    smaller.regions = ["341881"]
    let hold = ParcelHold(until: LandFixture.day("2026-12-31"), request: "TD-1")
    for change: LandChange in [
      .request("TD-1", better), .request("TD-2", smaller),
      .forbid(LandPair(request: "TD-2", parcel: "DK-1")),
      .hold(parcel: "DK-1", hold), .refuse(request: "TD-2"),
      .putOff(request: "TD-2", until: LandFixture.day("2027-01-31")),
      .pin(.init(request: "TD-1", parcel: "DK-1")),
    ] {
      let answer = try ask([change])
      #expect(gains(answer) == ["TD-1"], "\(change)")
      #expect(losses(answer) == ["TD-2"], "\(change)")
    }
  }

  @Test("Every kind of change that takes the parcel from both")
  func emptying() throws {
    for change: LandChange in [
      .parcelOut("DK-1"), .parcelFree("DK-1", area: 19),
      .parcelReady("DK-1", on: LandFixture.day("2027-04-01")),
      .quota(.county("341802", .constructionLand), by: -981),
      .quota(.lot("quota:NH-341802"), by: -99_001),
      .hold(
        parcel: "DK-1", ParcelHold(until: LandFixture.day("2026-12-31"), request: nil)),
    ] {
      let answer = try ask([change])
      #expect(losses(answer) == ["TD-2"], "\(change)")
      #expect(gains(answer).isEmpty, "\(change)")
      #expect(answer.difference.after.objective == 0, "\(change)")
    }
  }

  @Test("Every kind of change that serves both")
  func serving() throws {
    let second = LandFixture.parcel("DK-2", region: "341822")
    let quotas = LandFixture.quotas() + LandFixture.quotas("341822")
    var late = second
    late.readyOn = LandFixture.day("2027-04-01")
    var thresholds = second
    thresholds.leastInvestment = 301
    func city(_ parcel: Parcel?, quotas: [LandQuota] = quotas) -> LandSnapshot {
      var city = LandFixture.snapshot(
        requests: rivals().requests, parcels: rivals().parcels, quotas: quotas)
      if let parcel { city.insert(parcel) }
      return city
    }
    let none = LandFixture.quotas() + LandFixture.quotas("341822", construction: 0)
    let waiver = LandWaiver(request: "TD-1", threshold: .investment, parcel: nil)
    for (change, city): (LandChange, LandSnapshot) in [
      (.parcelIn(second), city(nil)),
      (.parcelReady("DK-2", on: LandFixture.day("2027-03-31")), city(late)),
      (.quota(.county("341822", .constructionLand), by: 20), city(second, quotas: none)),
      (.waive(waiver), city(thresholds)),
    ] {
      let answer = try ask([change], city)
      #expect(gains(answer) == ["TD-1"], "\(change)")
      #expect(losses(answer).isEmpty, "\(change)")
    }
    var third = LandFixture.request("TD-3")
    third.regions = ["341822"]
    let answer = try ask([.requestIn(third), .requestOut("TD-2")], city(second))
    #expect(gains(answer) == ["TD-3"])
  }

  @Test("Weights change who is better, and the answer says that objectives are not comparable")
  func weight() throws {
    var city = rivals()
    _ = city.change(request: "TD-1") { $0.priority = .province }
    #expect(try ask([], city).difference.before.awards.keys.sorted() == ["TD-1"])
    let answer = try ask([.weight(name: "land.weight.tax", value: 1)], city)
    #expect(gains(answer) == ["TD-2"])
    #expect(losses(answer) == ["TD-1"])
    #expect(WhatIfText(answer, language: .english).lines.joined().contains("not measured alike"))
  }

  @Test("The price of an override: what it costs, and whom it displaces")
  func override() throws {
    let answer = try ask([.pin(.init(request: "TD-1", parcel: "DK-1"))])
    let price = try #require(answer.overrides.first)
    #expect(price.cost == 10_000)
    #expect(price.difference.losses.map(\.request) == ["TD-2"])
    #expect(price.award.score == 125_000)
    #expect(answer.overrides.count == 1)
    let english = WhatIfText(answer, language: .english).lines
    #expect(
      english.contains { $0.hasPrefix("The price of pinning TD-1") && $0.hasSuffix("10000 points") }
    )
    let free = try ask([.pin(.init(request: "TD-2", parcel: "DK-1"))])
    #expect(free.overrides.map(\.cost) == [0])
    #expect(free.difference.isEmpty)
  }

  @Test("Against every allocation: differences and prices of small random cities are exact")
  func bruteForce() throws {
    var moved = 0
    for seed in 0..<25 {
      let city = RandomCity.snapshot(seed: seed, requests: 6, parcels: 4)
      let parcel = try #require(city.parcels.first).code
      let answer = try ask([.parcelOut(parcel)], city)
      var changed = city
      changed.remove(parcel: parcel)
      let best = try [city, changed].map { AllocationRecount(try LandFixture.problem($0)).best() }
      #expect(
        [answer.difference.before.objective, answer.difference.after.objective] == best,
        "seed \(seed)")
      moved += answer.difference.isEmpty ? 0 : 1
    }
    #expect(moved > 2)
  }

  @Test("What is asked before is what the night computes after, where the day has no round yet")
  func forecast() throws {
    let city = RandomCity.snapshot(seed: 7, requests: 20, parcels: 6)
    let request = try #require(city.requests.first).number
    let answer = try ask([.requestOut(request)], city, roundID: nil)
    var changed = city
    changed.remove(request: request)
    let night = try LandFixture.base(changed).result
    #expect(answer.difference.after.awards == night.awards)
    #expect(answer.difference.after.rows == night.rows)
  }

  @Test(
    "A change that cannot be had names its place, value and remedy",
    arguments: [
      (LandChange.parcelOut("DK-9"), "changes[0].parcel “DK-9”: is no parcel of 2026-11-20"),
      (.requestOut("TD-9"), "changes[0].request “TD-9”: is no open request of 2026-11-20"),
      (
        .quota(.lot("quota:JS-341802"), by: -1001),
        "changes[0].by “-1001”: is more than quota:JS-341802 has free: 1000"
      ),
      (.quota(.lot("X"), by: 1), "changes[0].lot “X”: is no quota in force on 2026-11-20"),
      (.parcelFree("DK-1", area: 21), "changes[0].area_mu “21”: is above the parcel's 20 mu"),
      (.parcelIn(LandFixture.parcel()), "changes[0].parcel.code “DK-1”: is a parcel of the round"),
      (.requestIn(LandFixture.request()), "changes[0].request.number “TD-1”: is a request of"),
      (
        .putOff(request: "TD-1", until: LandFixture.day("2026-11-19")),
        "changes[0].until “2026-11-19”: lies before the round's day 2026-11-20"
      ),
      (
        .weight(name: "land.weight.taxes", value: 1),
        "changes[0].name “land.weight.taxes”: is no number of the policy for land; did you mean"
      ),
      (.weight(name: "land.weight.tax", value: -1), "changes[0].value “-1”: is below 0"),
      (
        .pin(.init(request: "TD-1", parcel: "DK-1", area: 19)),
        "changes[0].area_mu “19”: does not fit"
      ),
    ])
  func refused(change: LandChange, message: String) throws {
    do {
      _ = try ask([change])
      Issue.record("“\(message)” was not said")
    } catch let error as FieldFault {
      #expect(error.description.hasPrefix(message), "\(error)")
      #expect(!error.remedy.english.isEmpty)
      for words in [error.problem, error.remedy] {
        #expect(
          words.chinese.contains { $0.unicodeScalars.contains { $0.properties.isIdeographic } })
      }
    }
  }
}
