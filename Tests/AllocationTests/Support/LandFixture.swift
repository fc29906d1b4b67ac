import Postgres

@testable import Allocation

/// A pair that meets every rule, to be spoiled one figure at a time.
enum LandFixture {
  static let date = TechVPFixture.day("2026-11-20")
  static let scope = RoundScope(mechanism: .land, jurisdiction: "341800", businessDate: date)

  static func day(_ text: String) -> DateOnly { TechVPFixture.day(text) }

  static func mu(_ text: String) -> Numeric { Numeric(text: text) ?? 0 }

  /// 20 mu wanted, 12 the least, 6,000 万元 and 400 万元 a year: 300 and 20 a mu.
  static func request(_ number: String = "TD-1") -> LandRequest {
    LandRequest(
      number: number, uscc: "91341802CR63F0WT2P", enterprise: "样本企业", project: "样本项目",
      submittedOn: day("2026-08-22"), division: "C36", chainDivisions: ["C36", "C38"],
      area: 20, leastArea: 12, regions: ["341802", "341822"], investment: 6000, tax: 400,
      energy: 1000, priority: .city, neededBy: day("2027-03-31"), closure: nil)
  }

  /// 50 divisible mu, lots of 5 and more, a fifth of it farmland, 250 and 15 万元 a mu.
  static func parcel(_ code: String = "DK-1", region: String = "341802") -> Parcel {
    Parcel(
      code: code, region: region, area: 50, free: 50, isDivisible: true, leastLot: 5,
      farmland: 10, divisions: ["C36", "C40"], leastInvestment: 250, leastTax: 15,
      readyOn: day("2027-03-31"), hold: nil)
  }

  /// A whole parcel of so many mu.
  static func whole(_ code: String, area: Numeric, region: String = "341802") -> Parcel {
    var parcel = parcel(code, region: region)
    (parcel.isDivisible, parcel.leastLot) = (false, nil)
    (parcel.area, parcel.free, parcel.farmland) = (area, area, 0)
    return parcel
  }

  static func quotas(
    _ region: String = "341802", construction: Numeric = 1000, farmland: Numeric = 1000,
    energy: Numeric = 100_000
  ) -> [LandQuota] {
    [
      LandQuota(
        lot: "quota:JS-\(region)", kind: .constructionLand, region: region, free: construction),
      LandQuota(
        lot: "quota:ZB-\(region)", kind: .farmlandBalance, region: region, free: farmland),
      LandQuota(lot: "quota:NH-\(region)", kind: .energy, region: region, free: energy),
    ]
  }

  static func snapshot(
    requests: [LandRequest] = [request()], parcels: [Parcel] = [parcel()],
    quotas: [LandQuota] = quotas(), waivers: [LandWaiver] = [], declined: [LandPair] = []
  ) -> LandSnapshot {
    LandSnapshot(
      date: date, requests: requests, parcels: parcels, quotas: quotas, waivers: waivers,
      declined: declined)
  }

  /// The default policy's land parameters.
  static func policy(_ changes: [String: String] = [:]) -> Policy {
    let defaults = [
      "weight.tax": "0.30", "weight.investment": "0.25", "weight.priority": "0.15",
      "weight.waiting": "0.10", "weight.region": "0.10", "weight.chain": "0.10",
      "priority.province": "1", "priority.city": "0.5", "priority.ordinary": "0",
      "full.intensity": "2", "full.waiting": "180", "limit.whole_parcel": "1.3",
      "clock.answer": "10",
    ]
    let values = defaults.merging(changes) { $1 }.compactMap { name, text in
      Numeric(text: text).map { ("land.\(name)", Policy.Value.number($0)) }
    }
    return Policy(version: 1, values: Dictionary(values, uniquingKeysWith: { $1 }))
  }

  static func problem(
    _ snapshot: LandSnapshot, policy: Policy = policy()
  ) throws -> RoundProblem {
    try Land.problem(of: snapshot, policy: policy)
  }

  static func base(_ snapshot: LandSnapshot, policy: Policy = policy()) throws -> LandWhatIf.Base {
    try LandWhatIf.Base(snapshot, scope: scope, policy: policy)
  }
}
