/// The best different pair sets that a search has met.
struct PairPool {
  struct Entry {
    var value: Double
    var pairs: [ResourcePair]
    var prices: [Float]
  }

  /// Best first.
  private(set) var entries: [Entry] = []
  let limit: Int

  init(limit: Int) { self.limit = limit }

  /// The value that a newcomer must exceed.
  var threshold: Double { entries.count < limit ? -.infinity : entries[limit - 1].value }

  mutating func offer(_ entry: Entry) {
    guard entry.value > threshold else { return }
    if let twin = entries.firstIndex(where: { $0.pairs == entry.pairs }) {
      // The same pairs at better prices: the lower value is the truer one.
      guard entry.value < entries[twin].value else { return }
      entries.remove(at: twin)
    }
    let place = entries.firstIndex { $0.value < entry.value } ?? entries.count
    entries.insert(entry, at: place)
    if entries.count > limit { entries.removeLast() }
    checkInvariants()
  }
}
