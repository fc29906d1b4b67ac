/// Who waits to go out together: whatever comes first goes first, with all of its kind that has come
/// by then. Decides only; ``SharedReads`` and ``SharedCreations`` carry it out.
///
/// Invariant: while something waits, somebody is at work who asks ``next(after:)`` again.
struct Gathering<Kind: Hashable & Sendable, Item: Sendable>: Sendable {
  /// Batches under way at most.
  let lanes: Int
  /// Batches of one kind under way at most.
  let lanesOfKind: Int
  /// Items in one batch at most.
  let most: Int

  /// Those that go out together.
  struct Batch: Sendable {
    let kind: Kind
    let items: [Item]
  }

  /// In the order in which they came.
  private var waiting: [(kind: Kind, item: Item)] = []
  private var underWay: [Kind: (batches: Int, items: Int)] = [:]
  private var workers = 0

  init(lanes: Int, lanesOfKind: Int, most: Int) {
    self.lanes = max(lanes, 1)
    self.lanesOfKind = max(lanesOfKind, 1)
    self.most = max(most, 1)
  }

  var waitingCount: Int { waiting.count }

  /// - Returns: whether somebody more has to go to work, and ask ``next(after:)`` until it is `nil`.
  mutating func add(_ item: Item, of kind: Kind) -> Bool {
    waiting.append((kind, item))
    guard workers < lanes, mayStart(kind) else { return false }
    workers += 1
    return true
  }

  /// What whoever is at work takes up now: of the kind that has waited longest its share, so that
  /// the lanes of a kind are loaded alike and one computes while another waits for the database.
  ///
  /// - Parameter done: what was taken up before; `nil` the first time.
  /// - Returns: `nil` where nothing is left to do. The work is over then.
  /// - Complexity: O(*n*) in what waits.
  mutating func next(after done: Batch?) -> Batch? {
    if let done { release(done) }
    guard let kind = waiting.first(where: { mayStart($0.kind) })?.kind else {
      workers -= 1
      return nil
    }
    let (batches, busy) = underWay[kind] ?? (0, 0)
    let all = waiting.count { $0.kind == kind } + busy
    let share = min(most, (all + lanesOfKind - 1) / lanesOfKind)
    var items: [Item] = []
    waiting.removeAll { waiter in
      guard waiter.kind == kind, items.count < share else { return false }
      items.append(waiter.item)
      return true
    }
    underWay[kind] = (batches + 1, busy + items.count)
    return Batch(kind: kind, items: items)
  }

  /// Whether those just answered, who may be back soon, are worth waiting for: while fewer have come than
  /// went out before, and nobody else stands behind them.
  func isWorthWaiting(after done: Batch) -> Bool {
    waiting.count < done.items.count && done.items.count > 1
      && waiting.allSatisfy { $0.kind == done.kind }
  }

  private func mayStart(_ kind: Kind) -> Bool { (underWay[kind]?.batches ?? 0) < lanesOfKind }

  private mutating func release(_ batch: Batch) {
    guard let (batches, items) = underWay[batch.kind] else { return }
    underWay[batch.kind] = batches > 1 ? (batches - 1, items - batch.items.count) : nil
  }
}
