import Postgres

@testable import Allocation

/// Small cities whose figures come from a seed: tight quotas, whole and divisible parcels, and
/// thresholds that some requests miss.
enum RandomCity {
  static func snapshot(seed: Int, requests: Int, parcels: Int) -> LandSnapshot {
    var random = SplitMix(seed: seed)
    func number(_ range: ClosedRange<Int64>) -> Int64 { .random(in: range, using: &random) }
    func mu(_ range: ClosedRange<Int64>) -> Numeric { LandArea.mu(number(range)) }
    let regions = ["341802", "341822"]
    return LandFixture.snapshot(
      requests: (0..<requests).map { place in
        var request = LandFixture.request("TD-\(place)")
        let least = number(50_000...200_000)
        request.leastArea = LandArea.mu(least)
        request.area = LandArea.mu(least + number(0...100_000))
        request.investment = number(2000...10_000)
        request.tax = number(150...700)
        request.energy = number(0...900)
        request.regions = number(0...2) == 0 ? regions.reversed() : [regions[Int(number(0...1))]]
        request.priority = LandPriority.allCases[Int(number(0...2))]
        request.submittedOn = LandFixture.date.adding(days: -Int(number(0...300)))
        request.neededBy = LandFixture.day("2027-03-31").adding(days: Int(number(-2...20)))
        request.division = ["C36", "C40", "C26"][Int(number(0...2))]
        return request
      },
      parcels: (0..<parcels).map { place in
        let region = regions[Int(number(0...1))]
        guard number(0...1) == 0 else {
          return LandFixture.whole("DK-\(place)", area: mu(60_000...300_000), region: region)
        }
        var parcel = LandFixture.parcel("DK-\(place)", region: region)
        parcel.free = mu(100_000...500_000)
        parcel.farmland = mu(0...500_000)
        return parcel
      },
      quotas: regions.flatMap {
        LandFixture.quotas(
          $0, construction: mu(0...600_000), farmland: mu(0...200_000),
          energy: Numeric(number(0...1500)))
      })
  }
}

/// A land problem's options counted again, by code of its own: the policy's defaults written out,
/// areas in ten-thousandths of a mu, every comparison and every sum over one common denominator.
struct LandRecount {
  struct Option: Hashable {
    let parcel: String
    let area: Numeric
    let score: Int64
  }

  let snapshot: LandSnapshot

  init(_ snapshot: LandSnapshot) { self.snapshot = snapshot }

  /// In order of parcels, the larger area first.
  func options(of request: LandRequest) -> [Option] {
    snapshot.parcels.flatMap { parcel -> [Option] in
      guard request.regions.contains(parcel.region), parcel.divisions.contains(request.division),
        parcel.readyOn <= request.neededBy,
        Int128(request.investment) * 10_000 >= units(parcel.leastInvestment) * units(request.area)
          / 10_000,
        Int128(request.tax) * 10_000 >= units(parcel.leastTax) * units(request.area) / 10_000
      else { return [] }
      return areas(request, parcel).map { area in
        let value = (2 * points(request, parcel) * area + 10_000) / 20_000
        return Option(
          parcel: parcel.code, area: LandArea.mu(Int64(area)), score: Int64(value))
      }
    }
  }

  private func units(_ number: Numeric) -> Int128 { number.mantissa(atScale: 4) ?? -1 }

  private func areas(_ request: LandRequest, _ parcel: Parcel) -> [Int128] {
    let (wanted, least) = (units(request.area), units(request.leastArea))
    let (whole, free) = (units(parcel.area), units(parcel.free))
    guard parcel.isDivisible else {
      return whole == free && least <= whole && 10 * whole <= 13 * wanted ? [whole] : []
    }
    let lot = parcel.leastLot.map(units) ?? 1
    return (wanted == least ? [wanted] : [wanted, least]).filter { $0 >= lot && $0 <= free }
  }

  /// Points a mu: every term in hundredths of the weight, over one denominator.
  private func points(_ request: LandRequest, _ parcel: Parcel) -> Int128 {
    let area = units(request.area)
    func intensity(_ amount: Int64, _ least: Numeric) -> (Int128, Int128) {
      let full = 2 * units(least) * area / 10_000
      return (min(Int128(amount) * 10_000, full), full)
    }
    let waiting = min(180, max(0, request.submittedOn.days(until: snapshot.date)))
    let place = request.regions.firstIndex(of: parcel.region) ?? 0
    let fit = request.chainDivisions.count { parcel.divisions.contains($0) }
    let terms: [(weight: Int128, share: (Int128, Int128))] = [
      (30, intensity(request.tax, parcel.leastTax)),
      (25, intensity(request.investment, parcel.leastInvestment)),
      (15, ([.province: 2, .city: 1, .ordinary: 0][request.priority] ?? 0, 2)),
      (10, (Int128(waiting), 180)),
      (10, (Int128(request.regions.count - place), Int128(request.regions.count))),
      (10, (Int128(fit), Int128(max(1, request.chainDivisions.count)))),
    ]
    // Small figures: the product of all denominators fits.
    let whole = terms.reduce(1) { $0 * $1.share.1 }
    let sum = terms.reduce(0) { $0 + $1.weight * $1.share.0 * (whole / $1.share.1) }
    return (2 * 100 * sum + whole) / (2 * whole)
  }
}

/// Every allocation of a small problem, tried one by one.
struct AllocationRecount {
  private let problem: RoundProblem

  init(_ problem: RoundProblem) { self.problem = problem }

  /// The most points that any allocation earns.
  func best() -> Int64 {
    var free = Dictionary(uniqueKeysWithValues: problem.rows.map { ($0.name, $0.upper) })
    return best(from: 0, &free)
  }

  private func best(from place: Int, _ free: inout [String: Int64]) -> Int64 {
    guard place < problem.requests.count else { return 0 }
    var most = best(from: place + 1, &free)
    for option in problem.requests[place].options {
      guard option.uses.allSatisfy({ $0.amount <= free[$0.row] ?? -1 }) else { continue }
      for use in option.uses { free[use.row, default: 0] -= use.amount }
      most = max(most, option.score + best(from: place + 1, &free))
      for use in option.uses { free[use.row, default: 0] += use.amount }
    }
    return most
  }

  /// The points of an allocation, −1 where it takes more than there is.
  func points(of choices: [Int32]) -> Int64 {
    var free = Dictionary(uniqueKeysWithValues: problem.rows.map { ($0.name, $0.upper) })
    var sum: Int64 = 0
    for (request, choice) in zip(problem.requests, choices) where choice >= 0 {
      let option = request.options[Int(choice)]
      sum += option.score
      for use in option.uses { free[use.row, default: -1] -= use.amount }
    }
    return free.values.allSatisfy { $0 >= 0 } ? sum : -1
  }
}
