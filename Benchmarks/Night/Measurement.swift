import Allocation
import Foundation
import Postgres

/// Times what-ifs on one input against a bar.
struct Measurement {
  private let name: String
  private let snapshot: LandSnapshot
  private let scope: RoundScope
  private let policy: Policy
  /// Seconds within which every what-if must answer.
  private let bar: Double

  init(_ name: String, _ snapshot: LandSnapshot, scope: RoundScope, policy: Policy, bar: Double) {
    (self.name, self.snapshot, self.scope, self.policy) = (name, snapshot, scope, policy)
    self.bar = bar
  }

  /// Prints every time.
  ///
  /// - Returns: whether all what-ifs kept the bar, and no change at all made no difference.
  func run() throws -> Bool {
    print("\(name): \(snapshot.requests.count) requests, \(snapshot.parcels.count) parcels")
    let (base, night) = try timed {
      try LandWhatIf.Base(snapshot, scope: scope, policy: policy, roundID: 1)
    }
    let result = base.result
    print(
      "  the night's solve: \(text(night)) s, objective \(result.objective), gap "
        + "\(result.bound - result.objective)")
    var isMet = true
    for (name, changes) in cases(base) {
      let (answer, seconds) = try timed { try LandWhatIf(changes, on: base) }
      let difference = answer.difference
      isMet = isMet && seconds <= bar && (!changes.isEmpty || difference.isEmpty)
      print(
        "  what-if, \(name): \(text(seconds)) s of \(text(bar)); objective "
          + "\(difference.after.objective - difference.before.objective), gains "
          + "\(difference.gains.count), losses \(difference.losses.count), moves "
          + "\(difference.moves.count), more search \(answer.searchGain)"
          + answer.overrides.map { ", the pin costs \($0.cost)" }.joined())
    }
    return isMet
  }

  private func cases(_ base: LandWhatIf.Base) -> [(String, [LandChange])] {
    var cases: [(String, [LandChange])] = [("no change", [])]
    if let quota = snapshot.quotas.first(where: { $0.kind == .constructionLand }) {
      cases.append(("50 mu more", [.quota(.lot(quota.lot), by: 50)]))
    }
    let served = base.result.awards.sorted { $0.key < $1.key }
    if let (request, award) = served.first {
      cases.append(("a served request out", [.requestOut(request)]))
      cases.append(("a parcel out", [.parcelOut(award.resource)]))
      cases.append(("a pair forbidden", [.forbid(.init(request: request, parcel: award.resource))]))
    }
    if let (request, award) = served.last {
      cases.append(
        ("pin what is chosen", [.pin(.init(request: request, parcel: award.resource))]))
    }
    cases.append(("a weight", [.weight(name: "land.weight.tax", value: 1)]))
    return cases
  }

  private func timed<R>(_ body: () throws -> R) rethrows -> (R, Double) {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    return (result, (clock.now - start).inSeconds)
  }

  private func text(_ seconds: Double) -> String {
    seconds.formatted(.number.precision(.fractionLength(3)))
  }
}
