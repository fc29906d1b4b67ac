extension GeneralSearch {
  /// Searches that go on from this one, each with its own random numbers.
  func lanes(_ count: Int) -> [GeneralSearch] {
    (0..<count).map { GeneralSearch(lane: $0, of: self) }
  }

  /// Does one piece of work in each lane, at the same time where the caller lends threads, and keeps
  /// the best answer met. Lanes do not see each other and share the work left evenly, so that the
  /// result is the same at any number of threads.
  ///
  /// - Returns: what each lane has found.
  func inLanes(
    _ lanes: [GeneralSearch], _ body: @escaping @Sendable (GeneralSearch, Int) -> [Int32]
  ) -> [[Int32]] {
    for lane in lanes { lane.join(self, share: lanes.count) }
    let work = LaneWork(lanes, body)
    if options.threads > 1, let perform = options.concurrentPerform {
      perform(lanes.count) { work.run($0) }
    } else {
      for place in lanes.indices { work.run(place) }
    }
    for lane in lanes {
      meter.absorb(lane.meter)
      keep(lane.best)
    }
    return work.found.answers
  }
}

/// Lanes at work: each is touched by one call only, and what they share is only read meanwhile.
private final class LaneWork: @unchecked Sendable {
  private let lanes: [GeneralSearch]
  private let body: @Sendable (GeneralSearch, Int) -> [Int32]
  let found: AnswerSlots<[Int32]>

  init(_ lanes: [GeneralSearch], _ body: @escaping @Sendable (GeneralSearch, Int) -> [Int32]) {
    (self.lanes, self.body) = (lanes, body)
    found = AnswerSlots(count: lanes.count)
  }

  func run(_ place: Int) { found.fill(place, with: body(lanes[place], place)) }
}
