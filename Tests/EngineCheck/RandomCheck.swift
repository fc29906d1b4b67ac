import Dispatch
import MatchingSupport
import Synchronization

/// Random small problems of every structure, each solved in several ways and by brute force.
enum RandomCheck {
  /// A family of problems and how to check one of them.
  struct Family: Sendable {
    let name: String
    let check: @Sendable (Int) throws -> Outcome
  }

  enum Outcome {
    case optimal, within, stable
  }

  static let families: [Family] =
    AllocationCheck.families.map { name, draft in
      Family(name: name) { try AllocationCheck.check(draft($0), seed: $0) }
    } + [
      Family(name: "designation") { try DesignationCheck.check(.small(seed: $0), seed: $0) }
    ]
    + StableCheck.families.map { name, draft in
      Family(name: name) { try StableCheck.check(draft($0), seed: $0) }
    }

  /// Checks every family on as many seeds.
  ///
  /// - Throws: the first failures of the first family that has any.
  static func run(seeds: Int) throws {
    for family in families {
      let start = ContinuousClock.now
      let outcomes = try check(family, seeds)
      let optimal = outcomes.count { $0 == .optimal }
      let isStable = outcomes.contains { $0 == .stable }
      let proof = isStable ? "" : ", \(optimal) proved optimal by their prices"
      print("\(family.name): \(seeds) problems\(proof), \(start.duration(to: .now))")
    }
  }

  private static func check(_ family: Family, _ seeds: Int) throws -> [Outcome] {
    let found = Mutex<(outcomes: [Outcome], failures: [(seed: Int, what: String)])>(([], []))
    DispatchQueue.concurrentPerform(iterations: seeds) { seed in
      do {
        let outcome = try family.check(seed)
        found.withLock { $0.outcomes.append(outcome) }
      } catch {
        found.withLock { $0.failures.append((seed, "\(error)")) }
      }
    }
    let (outcomes, failures) = found.withLock { $0 }
    guard !failures.isEmpty else { return outcomes }
    let lines = failures.sorted { $0.seed < $1.seed }.prefix(10).map {
      "seed \($0.seed): \($0.what)"
    }
    throw CheckFailure(
      what: "\(family.name): \(failures.count) of \(seeds) fail\n" + lines.joined(separator: "\n"))
  }
}
