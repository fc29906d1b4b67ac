import Postgres

@testable import Allocation

/// Random problems of land's structure: parcels taken in lumps of area, quotas across them, and
/// floors with a penalty. With amounts that never fit, empty capacities and options without rows.
struct LumpyProblem {
  /// How large the figures are.
  enum Size: CaseIterable {
    /// Ties everywhere.
    case tiny
    /// Areas in 0.0001 mu.
    case land
    /// Near 2^40.
    case huge
  }

  private var random: SplitMix
  private let size: Size

  /// - Parameter options: the most that a request has; half of it on average.
  static func random(
    seed: Int, size: Size, requests: Int = 12, parcels: Int = 3, options: Int = 4
  ) -> RoundProblem {
    var maker = LumpyProblem(random: SplitMix(seed: seed), size: size)
    return maker.problem(requests: requests, parcels: parcels, options: options)
  }

  private mutating func problem(requests: Int, parcels: Int, options: Int) -> RoundProblem {
    let rows =
      (0..<parcels).map { row("parcel", $0, lumps: 3, floor: 0) }
      + (0..<2).map { row("quota", $0, lumps: 6, floor: 0) }
      + [row("quota", 2, lumps: 4, floor: 2)]
    return RoundProblem(
      requests: (0..<requests).map { number in
        RoundProblem.Request(
          number: "TD-\(100_000 + number)", uscc: "91341802CR63F0WT2P", enterprise: "样本企业",
          options: (0..<Int.random(in: 0...options, using: &random)).map { option($0, parcels) },
          refusals: [])
      }, rows: rows)
  }

  private mutating func amount(lumps: Int64 = 1) -> Int64 {
    switch size {
    case .tiny: Int64.random(in: 1...(5 * lumps), using: &random)
    case .land: 100 * Int64.random(in: 500...(3000 * lumps), using: &random)
    case .huge: Int64.random(in: (1 << 38)...((1 << 40) * lumps), using: &random)
    }
  }

  private mutating func row(
    _ kind: String, _ number: Int, lumps: Int64, floor: Int64
  ) -> RoundProblem.Row {
    let isEmpty = Int.random(in: 0..<8, using: &random) == 0
    return RoundProblem.Row(
      kind: kind, resource: "\(kind)-\(number)", unit: "mu",
      lower: floor == 0 ? 0 : amount(), upper: isEmpty ? 0 : amount(lumps: lumps),
      penalty: floor == 0 ? 0 : Int64.random(in: 0...3, using: &random))
  }

  private mutating func option(_ number: Int, _ parcels: Int) -> RoundProblem.Option {
    let area = amount()
    var uses: [RoundProblem.Use] = []
    if Int.random(in: 0..<10, using: &random) > 0 {
      let parcel = Int.random(in: 0..<parcels, using: &random)
      uses.append(.init(row: "parcel:parcel-\(parcel)", amount: area))
    }
    for quota in 0..<3 where Bool.random(using: &random) {
      uses.append(.init(row: "quota:quota-\(quota)", amount: area))
    }
    // Points as the mechanism counts them: by area, up to 10,000 a mu.
    let points =
      switch size {
      case .tiny: Int64.random(in: 0...9, using: &random)
      case .land: area * Int64.random(in: 3000...9000, using: &random) / 10_000
      case .huge: Int64.random(in: 0...(1 << 40), using: &random)
      }
    return RoundProblem.Option(
      resource: "\(number)", detail: [:], amount: Numeric(1), unit: "mu", score: points, uses: uses)
  }
}
