/// A designation problem laid out for kernels: single precision, members of a group side by side in
/// blocks of four lanes, resource by resource.
///
/// Floats steer the search only; every objective and every bound that is claimed is recounted in
/// integers. Operations are plain IEEE additions, multiplications and comparisons in a fixed order,
/// so that they give the same values on every machine.
struct DesignationTables: ~Copyable {
  typealias Lanes = SIMD4<Float>
  static let width = 4

  let problem: DesignationProblem
  let groups: Int
  let resources: Int
  /// The most groups of each resource, and of any.
  let limits: [Int32]
  let limit: Int
  /// Members of group g are `memberStart[g] ..< memberStart[g + 1]`.
  let memberStart: [Int]
  /// Blocks of group g are `blockStart[g] ..< blockStart[g + 1]`.
  let blockStart: Buffer<Int>
  /// Amounts, block by block; 0 in unused lanes.
  let amounts: Buffer<Lanes>
  /// Scores: for group g and resource b from ``scoreBlock(group:resource:)`` on; 0 in unused lanes.
  let scores: Buffer<Lanes>
  let pairScores: Buffer<Float>
  let capacities: Buffer<Float>

  /// The largest number of blocks of a group.
  let widestGroup: Int

  init(_ canonical: borrowing CanonicalDesignation) {
    problem = canonical.problem
    groups = problem.groupCount
    resources = problem.resourceCount
    limits = problem.groupLimits
    limit = Int(limits.reduce(0, max))
    memberStart = canonical.memberStart
    var starts = [0]
    for group in 0..<problem.groupCount {
      let count = canonical.memberStart[group + 1] - canonical.memberStart[group]
      let width = DesignationTables.width
      starts.append(starts[group] + (count + width - 1) / width)
    }
    blockStart = Buffer(starts)
    widestGroup = zip(starts.dropFirst(), starts).reduce(0) { max($0, $1.0 - $1.1) }
    let blocks = starts[starts.count - 1]
    amounts = Buffer(repeating: .zero, count: blocks)
    scores = Buffer(repeating: .zero, count: blocks * problem.resourceCount)
    pairScores = Buffer(problem.pairScores.map { Float($0) })
    capacities = Buffer(problem.capacities.map { Float($0) })
    fill()
  }

  private func fill() {
    for group in 0..<groups {
      let first = blockStart[group]
      for member in memberStart[group]..<memberStart[group + 1] {
        let (block, lane) = (member - memberStart[group]).quotientAndRemainder(
          dividingBy: DesignationTables.width)
        var amount = amounts[first + block]
        amount[lane] = Float(problem.memberAmounts[member])
        amounts[first + block] = amount
        for resource in 0..<resources {
          let place = scoreBlock(group, resource) + block
          var score = scores[place]
          score[lane] = Float(problem.memberScore(member: member, resource: resource))
          scores[place] = score
        }
      }
    }
  }

  /// The number of blocks of a group.
  @inline(__always) func blockCount(_ group: Int) -> Int {
    blockStart[group + 1] - blockStart[group]
  }

  /// The first block of a group's scores at a resource.
  @inline(__always) func scoreBlock(_ group: Int, _ resource: Int) -> Int {
    blockStart[group] * resources + resource * blockCount(group)
  }
}

extension SIMD4<Float> {
  /// The larger of each two lanes; compiles to one instruction.
  @inline(__always) func larger(_ other: Self) -> Self {
    other.replacing(with: self, where: self .> other)
  }

  /// (0 + 2) + (1 + 3), which pairs lanes as the hardware does.
  @inline(__always) var laneSum: Float {
    let half = lowHalf + highHalf
    return half.x + half.y
  }
}
