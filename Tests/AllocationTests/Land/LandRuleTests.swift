import Postgres
import Testing

@testable import Allocation

@Suite("land rules")
struct LandRuleTests {
  typealias Spoil = @Sendable (inout LandRequest, inout Parcel) -> Void

  /// A pair with figures changed, and what the rules say of it; `nil` for an option.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let rule: String?
    var needed = ""
    var found = ""
    let spoil: Spoil

    init(
      _ name: String, fails rule: String? = nil, _ needed: String = "", _ found: String = "",
      _ spoil: @escaping Spoil
    ) {
      (self.name, self.rule, self.needed, self.found) = (name, rule, needed, found)
      self.spoil = spoil
    }

    var testDescription: String { name }
  }

  private func refusals(
    _ request: LandRequest, _ parcel: Parcel, waivers: [LandWaiver] = [],
    declined: [LandPair] = []
  ) throws -> [RoundProblem.Refusal] {
    let snapshot = LandFixture.snapshot(
      requests: [request], parcels: [parcel], waivers: waivers, declined: declined)
    let problem = try LandFixture.problem(snapshot)
    let found = try #require(problem.requests.first)
    #expect(found.options.isEmpty == !found.refusals.isEmpty)
    return found.refusals
  }

  private func check(_ test: Case) throws {
    var (request, parcel) = (LandFixture.request(), LandFixture.parcel())
    test.spoil(&request, &parcel)
    let expected = test.rule.map {
      [
        RoundProblem.Refusal(
          rule: $0, resource: parcel.code, needed: test.needed, found: test.found)
      ]
    }
    #expect(try refusals(request, parcel) == expected ?? [])
  }

  @Test(
    "County, division and time",
    arguments: [
      Case("a pair that meets every rule") { _, _ in },
      Case("the last county asked for") { $1.region = "341822" },
      Case("another county", fails: "region", "341802;341822", "341881") { $1.region = "341881" },
      Case("another division", fails: "division", "C36", "C37;C40") {
        $1.divisions = ["C37", "C40"]
      },
      Case("clean on the last day") { $0.neededBy = $1.readyOn },
      Case("clean a day late", fails: "ready", "≤ 2027-03-30", "2027-03-31") {
        $0.neededBy = $1.readyOn.adding(days: -1)
      },
    ])
  func place(test: Case) throws { try check(test) }

  @Test(
    "Investment and tax a mu, at the wanted area, compared exactly",
    arguments: [
      Case("investment just enough") { request, _ in request.investment = 5000 },
      Case(
        "investment short by 1 万元", fails: "investment", "249.95 万元/mu", "≥ 250 万元/mu"
      ) { request, _ in request.investment = 4999 },
      Case("tax just enough") { request, _ in request.tax = 300 },
      Case("tax short by 1 万元", fails: "tax", "14.95 万元/mu", "≥ 15 万元/mu") { request, _ in
        request.tax = 299
      },
      // 0.07 × 100 is more than 7 in binary floating point.
      Case("seven for a hundred mu at 0.07") { request, parcel in
        (request.area, request.leastArea, request.tax) = (100, 12, 7)
        (request.investment, parcel.leastTax) = (25_000, LandFixture.mu("0.07"))
      },
      Case("a third above a third, rounded down", fails: "tax", "33.33 万元/mu", "≥ 33.34 万元/mu") {
        request, parcel in
        (request.area, request.tax, request.leastArea) = (30, 1000, 12)
        (request.investment, parcel.leastTax) = (9000, LandFixture.mu("33.34"))
      },
    ])
  func intensity(test: Case) throws { try check(test) }

  @Test(
    "Areas of divisible and whole parcels",
    arguments: [
      Case("just the least area free") { _, parcel in parcel.free = 12 },
      Case(
        "a ten-thousandth of a mu too little", fails: "area", "12–20 mu",
        "50 mu, lots ≥ 5 (free 11.9999)"
      ) { _, parcel in parcel.free = LandFixture.mu("11.9999") },
      Case("the smallest lot is the area wanted") { _, parcel in parcel.leastLot = 20 },
      Case(
        "a smallest lot above the area wanted", fails: "area", "12–20 mu", "50 mu, lots ≥ 20.0001"
      ) { _, parcel in parcel.leastLot = LandFixture.mu("20.0001") },
      Case("nothing left", fails: "area", "12–20 mu", "50 mu, lots ≥ 5 (free 0)") { _, parcel in
        parcel.free = 0
      },
      Case("a parcel of 0 mu", fails: "area", "12–20 mu", "0 mu, lots ≥ 5") { _, parcel in
        (parcel.area, parcel.free, parcel.farmland) = (0, 0, 0)
      },
      Case("a whole parcel of 1.3 times the area wanted") {
        $1 = LandFixture.whole("DK-1", area: 26)
        $0.energy = 0
      },
      Case("a whole parcel above that", fails: "area", "12–20 mu", "whole 26.0001 mu") {
        $1 = LandFixture.whole("DK-1", area: LandFixture.mu("26.0001"))
        $0.energy = 0
      },
      Case("a whole parcel of the least area") {
        $1 = LandFixture.whole("DK-1", area: 12)
        $0.energy = 0
      },
      Case("a whole parcel below that", fails: "area", "12–20 mu", "whole 11.9999 mu") {
        $1 = LandFixture.whole("DK-1", area: LandFixture.mu("11.9999"))
        $0.energy = 0
      },
      Case(
        "a whole parcel of which part is taken", fails: "area", "12–20 mu", "whole 26 mu (free 25)"
      ) {
        $1 = LandFixture.whole("DK-1", area: 26)
        $1.free = 25
        $0.energy = 0
      },
      Case("a whole parcel of 0 mu", fails: "area", "12–20 mu", "whole 0 mu") {
        $1 = LandFixture.whole("DK-1", area: 0)
        $0.energy = 0
      },
      Case("a least area above the parcel", fails: "area", "60–80 mu", "50 mu, lots ≥ 5") {
        request, _ in
        (request.area, request.leastArea) = (80, 60)
        (request.investment, request.tax) = (24_000, 1600)
      },
    ])
  func area(test: Case) throws { try check(test) }

  @Test(
    "What a consultation has decided",
    arguments: [
      Case("put off", fails: "closed", "defer ≤ 2027-01-31", "open") { request, _ in
        request.closure = LandClosure(kind: .defer, until: LandFixture.day("2027-01-31"))
      },
      Case("refused", fails: "closed", "refuse", "open") { request, _ in
        request.closure = LandClosure(kind: .refuse, until: nil)
      },
      Case("held for another", fails: "held", "TD-1", "TD-2 ≤ 2026-12-31") { _, parcel in
        parcel.hold = ParcelHold(until: LandFixture.day("2026-12-31"), request: "TD-2")
      },
      Case("held for nobody", fails: "held", "TD-1", "- ≤ 2026-12-31") { _, parcel in
        parcel.hold = ParcelHold(until: LandFixture.day("2026-12-31"), request: nil)
      },
      Case("held for the request itself") { _, parcel in
        parcel.hold = ParcelHold(until: LandFixture.day("2026-12-31"), request: "TD-1")
      },
    ])
  func decided(test: Case) throws { try check(test) }

  @Test("A declined pair is no option; another pair's refusal is nothing to it")
  func declined() throws {
    let (request, parcel) = (LandFixture.request(), LandFixture.parcel())
    let own = LandPair(request: "TD-1", parcel: "DK-1")
    let others = [
      LandPair(request: "TD-1", parcel: "DK-2"), LandPair(request: "TD-2", parcel: "DK-1"),
    ]
    #expect(
      try refusals(request, parcel, declined: [own]) == [
        .init(rule: "declined", resource: "DK-1", needed: "not declined", found: "declined")
      ])
    #expect(try refusals(request, parcel, declined: others).isEmpty)
  }

  @Test("A waiver lifts its own threshold, for its own request and parcel")
  func waived() throws {
    var request = LandFixture.request()
    (request.investment, request.tax) = (1, 1)
    func rules(_ waivers: [LandWaiver]) throws -> [String] {
      try refusals(request, LandFixture.parcel(), waivers: waivers).map(\.rule)
    }
    let investment = LandWaiver(request: "TD-1", threshold: .investment, parcel: nil)
    let tax = LandWaiver(request: "TD-1", threshold: .tax, parcel: "DK-1")
    #expect(try rules([]) == ["investment", "tax"])
    #expect(try rules([investment]) == ["tax"])
    #expect(try rules([tax]) == ["investment"])
    #expect(try rules([investment, tax]).isEmpty)
    #expect(
      try rules([
        LandWaiver(request: "TD-2", threshold: .investment, parcel: nil),
        LandWaiver(request: "TD-1", threshold: .tax, parcel: "DK-2"),
      ]) == ["investment", "tax"])
  }

  @Test("A pair that fails several rules names them all, in the order of the rules")
  func several() throws {
    var (request, parcel) = (LandFixture.request(), LandFixture.parcel())
    (request.tax, request.neededBy) = (1, LandFixture.date)
    (parcel.divisions, parcel.free) = ([], 0)
    #expect(
      try refusals(request, parcel).map(\.rule) == ["division", "tax", "ready", "area"])
  }

  @Test("Every rule has words in both languages")
  func words() {
    let rules = Land.glossary.rules
    #expect(Set(rules.keys) == Set(LandRule.allCases.map(\.rawValue)))
    for (code, rule) in rules {
      for term in [rule.figure, rule.failure] {
        #expect(!term.chinese.isEmpty && !term.english.isEmpty, "\(code)")
      }
    }
  }
}
