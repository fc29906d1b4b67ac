/// Prices λ, μ, ν as one vector: λ_b at b, μ_b at B + b, ν_gb at 2B + gB + b.
struct DesignationPrices: ~Copyable {
  let values: Buffer<Double>
  let resources: Int

  init(groups: Int, resources: Int) {
    self.resources = resources
    values = Buffer(repeating: 0, count: (groups + 2) * resources)
  }

  @inline(__always) func capacityIndex(_ resource: Int) -> Int { resource }
  @inline(__always) func placeIndex(_ resource: Int) -> Int { resources + resource }
  @inline(__always) func pairIndex(_ group: Int, _ resource: Int) -> Int {
    (group + 2) * resources + resource
  }

  /// What a unit costs a member of a group at a resource.
  @inline(__always) func unitPrice(_ group: Int, _ resource: Int) -> Float {
    Float(values[resource] + values[pairIndex(group, resource)])
  }

  /// What having a resource is worth to a group before its members.
  @inline(__always) func pairWorth(
    _ group: Int, _ resource: Int, _ tables: borrowing DesignationTables
  ) -> Float {
    tables.pairScores[group * resources + resource] - Float(values[placeIndex(resource)])
      + Float(values[pairIndex(group, resource)]) * tables.capacities[resource]
  }

  func copy(from other: borrowing DesignationPrices) {
    for index in 0..<values.count { values[index] = other.values[index] }
  }
}

extension DesignationPrices {
  /// λ alone.
  var capacityPrices: [Float] { (0..<resources).map { Float(values[$0]) } }

  /// The prices rounded to integers over a power of two that loses less than a point where it can.
  func certificate(for problem: DesignationProblem) -> DesignationCertificate {
    let capacity = problem.capacities.reduce(0.0) { $0 + Double($1) }
    let amount = problem.memberAmounts.reduce(0.0) { $0 + Double($1) }
    let dearest = (0..<values.count).reduce(1.0) { max($0, values[$1]) }
    var exponent = 10
    while exponent < 40, Double(1 << exponent) < 64 * (capacity + amount + 1),
      dearest * Double(1 << (exponent + 1)) < 0x1p52
    {
      exponent += 1
    }
    let scale = Double(1 << exponent)
    func rounded(_ range: Range<Int>) -> [Int64] {
      range.map { index in
        let price = (values[index] * scale).rounded()
        // Also where a price is not a number: 0 is always admissible.
        return price > 0 ? Int64(min(0x1p60, price)) : 0
      }
    }
    return DesignationCertificate(
      scale: Int64(1) << Int64(exponent), capacityPrices: rounded(0..<resources),
      placePrices: rounded(resources..<2 * resources),
      pairPrices: rounded(2 * resources..<values.count))
  }
}
