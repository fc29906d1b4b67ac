import Matching
import MatchingSupport

/// A number that sums up answers (FNV-1a, 64 bits): two builds that print the same gave the same
/// choices, prices and status.
struct AnswerDigest {
  private var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ number: Int64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      value = (value ^ (UInt64(bitPattern: number) >> UInt64(shift) & 0xFF)) &* 0x100_0000_01B3
    }
  }

  mutating func add(_ bytes: [UInt8]) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }

  /// Small problems of every structure, then some that are searched for a while.
  static func ofEverything(seeds: Int) throws -> String {
    var digest = AnswerDigest()
    for seed in 0..<seeds {
      for family in AllocationCheck.families {
        try digest.add(Engine.solve(family.draft(seed).build()))
      }
      try digest.add(Engine.solve(DesignationDraft.small(seed: seed).build()))
      let stable = try StableDraft.random(seed: seed, hasTies: true, hasCaps: seed % 2 == 0).build()
      for choice in Engine.solve(stable, options: StableOptions(matchesMore: true)).choices {
        digest.add(Int64(choice))
      }
    }
    let limit = SolveOptions(workLimit: 3_000_000)
    try digest.add(
      Engine.solve(
        Draft.general(seed: 1, requests: 150, parcels: 36, quotas: 4, scores: 900).build(),
        options: SolveOptions(workLimit: 20_000_000)))
    try digest.add(
      Engine.solve(
        Draft.oneRow(
          seed: 2, requests: 1500, rows: 900, degree: 12, capacity: 3, scores: 90_000
        ).build()))
    try digest.add(Engine.solve(DesignationDraft.medium(seed: 3).build(), options: limit))
    return String(digest.value, radix: 16)
  }

  private mutating func add(_ solution: Solution) {
    add(Array(solution.status.rawValue.utf8))
    add(solution.objective)
    add(solution.bound)
    add(solution.choiceBytes)
    add(solution.priceBytes)
  }

  private mutating func add(_ solution: DesignationSolution) {
    add(Array(solution.status.rawValue.utf8))
    add(solution.objective)
    add(solution.bound)
    add(solution.choiceBytes)
    add(solution.priceBytes)
  }
}
