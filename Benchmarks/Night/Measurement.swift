import Allocation
import Foundation
import Postgres

/// Times what-ifs on one input.
struct Measurement {
  private let snapshot: LandSnapshot
  private let scope: RoundScope
  private let policy: Policy

  init(_ snapshot: LandSnapshot, scope: RoundScope, policy: Policy) {
    (self.snapshot, self.scope, self.policy) = (snapshot, scope, policy)
  }

  func run() throws {
    print("\(snapshot.requests.count) requests, \(snapshot.parcels.count) parcels")
    let base = try timed("the round") {
      try LandWhatIf.Base(snapshot, scope: scope, policy: policy)
    }
    let result = base.result
    print("  objective \(result.objective), gap \(result.bound - result.objective)")
    for (name, changes) in cases(base) {
      let answer = try timed("what-if: \(name)") { try LandWhatIf(changes, on: base) }
      let difference = answer.difference
      print(
        "    objective \(difference.after.objective - difference.before.objective), gains "
          + "\(difference.gains.count), losses \(difference.losses.count), moves "
          + "\(difference.moves.count)"
          + answer.overrides.map { ", the pin costs \($0.cost)" }.joined())
    }
  }

  private func cases(_ base: LandWhatIf.Base) -> [(String, [LandChange])] {
    var cases: [(String, [LandChange])] = []
    if let quota = snapshot.quotas.first {
      cases.append(("a quota, 50 more", [.quota(.lot(quota.lot), by: 50)]))
    }
    let served = base.result.awards.sorted { $0.key < $1.key }
    if let first = served.first { cases.append(("a served request out", [.requestOut(first.key)])) }
    if let (request, award) = served.last {
      cases.append(
        ("pin what is chosen", [.pin(.init(request: request, parcel: award.resource))]))
    }
    return cases
  }

  private func timed<R>(_ name: String, _ body: () throws -> R) rethrows -> R {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    print(
      "  \(name): \((clock.now - start).inSeconds.formatted(.number.precision(.fractionLength(3)))) s"
    )
    return result
  }
}
