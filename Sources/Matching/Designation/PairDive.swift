/// Rounds an averaged designation to pairs, a few groups at a time.
///
/// **Method.** Fix the fifth of the open groups whose heaviest pair weighs most, let the prices and
/// the averages settle for some steps with those groups fixed, and go on until all are fixed. A pair
/// is fixed only if the places left still give every open group two different resources.
///
/// **Complexity.** About log C / log 1.25 rounds of ``settlingSteps`` pricings.
enum PairDive {
  private static let settlingSteps = 18

  /// Fixes every group of `descent`, and returns the pairs.
  static func run(
    _ descent: inout PriceDescent, _ tables: borrowing DesignationTables, target: Double,
    _ meter: inout StepMeter
  ) -> [ResourcePair] {
    var open = descent.fixed.indices.filter { descent.fixed[$0] == nil }
    while !open.isEmpty {
      fixSome(&descent, open, tables)
      open = open.filter { descent.fixed[$0] == nil }
      guard !open.isEmpty, !meter.isOver else { continue }
      descent.factor = max(descent.factor, 0.05)
      for _ in 0..<settlingSteps where !meter.isOver {
        descent.step(tables, target: target, &meter)
      }
    }
    return descent.fixed.compactMap(\.self)
  }

  private static func fixSome(
    _ descent: inout PriceDescent, _ open: [Int], _ tables: borrowing DesignationTables
  ) {
    var heaviest: [(weight: Double, group: Int, pair: ResourcePair)] = []
    for group in open {
      let entries = descent.weights.entries[group].filter { isFree($0.pair, descent.room) }
      guard let best = entries.max(by: { $0.weight < $1.weight }) else { continue }
      heaviest.append((best.weight, group, best.pair))
    }
    heaviest.sort { ($1.weight, $0.group) < ($0.weight, $1.group) }
    var (left, wanted) = (open.count, max(1, open.count / 5))
    for candidate in heaviest where wanted > 0 && isFree(candidate.pair, descent.room) {
      guard leavesRoom(candidate.pair, descent.room, left - 1) else { continue }
      descent.fix(candidate.group, to: candidate.pair)
      left -= 1
      wanted -= 1
    }
    if left == open.count, let group = open.first {
      descent.fix(group, to: roomiest(descent.room))
    }
  }

  private static func isFree(_ pair: ResourcePair, _ room: borrowing Buffer<Int32>) -> Bool {
    room[pair.low] > 0 && room[pair.high] > 0
  }

  /// Whether `groups` groups still find two different resources each once a pair is taken.
  static func leavesRoom(
    _ pair: ResourcePair, _ room: borrowing Buffer<Int32>, _ groups: Int
  ) -> Bool {
    var places = 0
    for resource in 0..<room.count {
      let left = Int(room[resource]) - (pair.contains(resource) ? 1 : 0)
      places += min(left, groups)
    }
    return places >= 2 * groups
  }

  /// The two resources with most places left: taking them never leaves the others short.
  static func roomiest(_ room: borrowing Buffer<Int32>) -> ResourcePair {
    var (first, second) = (0, 1)
    if room[second] > room[first] { swap(&first, &second) }
    for resource in 2..<max(2, room.count) {
      if room[resource] > room[first] {
        (first, second) = (resource, first)
      } else if room[resource] > room[second] {
        second = resource
      }
    }
    return ResourcePair(first, second)
  }
}
