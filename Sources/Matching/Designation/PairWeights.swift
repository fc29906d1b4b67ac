/// How often each pair of a group was best, as an exponential average: a fractional designation.
struct PairWeights {
  struct Entry {
    var pair: ResourcePair
    var weight: Double
  }

  private(set) var entries: [[Entry]]

  /// Pairs that weigh less than this are forgotten.
  private static let least = 1e-5

  init(groups: Int) { entries = Array(repeating: [], count: groups) }

  /// Takes the share `share` of a pair and `1 − share` of what was.
  mutating func blend(_ group: Int, _ pair: ResourcePair, _ share: Double) {
    var found = false
    var kept = 0
    for index in entries[group].indices {
      var entry = entries[group][index]
      entry.weight *= 1 - share
      if entry.pair == pair {
        entry.weight += share
        found = true
      } else if entry.weight < PairWeights.least {
        continue
      }
      entries[group][kept] = entry
      kept += 1
    }
    entries[group].removeLast(entries[group].count - kept)
    if !found { entries[group].append(Entry(pair: pair, weight: share)) }
  }
}
