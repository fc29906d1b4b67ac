import Postgres

/// What one night does about placements.
struct PlacementNight: Sendable {
  let scope: RoundScope
  let clocks: PlacementClocks
  let connection: Connection

  private var store: PlacementStore { PlacementStore(connection) }

  func run() async throws -> [RefusedMove] {
    var refused: [Int: RefusedMove] = [:]
    var placements = try await store.live(in: scope.jurisdiction)
    while let day = placements.compactMap({ clocks.next($0)?.on }).min(), day <= scope.businessDate
    {
      try await open(reviewsOf: placements, by: day)
      for (placement, error) in try await work(off: day, placements) {
        let move = refusal(of: placement, on: day, error)
        refused[placement.placementID] = move
        try await raise([move.reminder(to: Self.department, payload: payload(placement))])
      }
      // What could not be moved waits for the next night.
      placements = try await store.live(in: scope.jurisdiction).filter {
        refused[$0.placementID] == nil
      }
    }
    try await open(reviewsOf: placements, by: scope.businessDate)
    try await remind(of: placements)
    return refused.sorted { $0.key < $1.key }.map(\.value)
  }

  private func work(
    off day: DateOnly, _ placements: [Placement]
  ) async throws -> [RowByRow<Placement>.Refused] {
    func due(_ kind: PlacementStep.Kind) -> [Placement] {
      placements.filter { clocks.next($0) == PlacementStep(kind: kind, on: day) }
    }
    try await store.queueOnPosts(of: scope.jurisdiction)
    let rows = RowByRow<Placement>(connection: connection)
    return try await rows.move(due(.begin)) { try await store.move($0, to: .placed, on: day) }
      + rows.move(due(.termEnding)) { try await store.move($0, to: .termEnding, on: day) }
      + end(due(.endTerm), on: day, rows)
  }

  /// What was chosen comes true. Whoever did not choose returns to the post that was kept.
  private func end(
    _ placements: [Placement], on day: DateOnly, _ rows: RowByRow<Placement>
  ) async throws -> [RowByRow<Placement>.Refused] {
    func chose(_ choice: Placement.Choice) -> [Placement] {
      placements.filter { $0.choice == choice }
    }
    let refused =
      try await rows.move(chose(.extend)) { try await store.extend($0, on: day) }
      + rows.move(chose(.stay)) { try await store.move($0, to: .settled, on: day) }
      + rows.move(chose(.leave)) { try await store.move($0, to: .left, on: day) }
    let returning = placements.filter { $0.choice == nil || $0.choice == .institutionPost }
    let unsettled = try await rows.move(returning) {
      try await SettlementStore(connection).settle(
        $0, in: scope.jurisdiction, on: day, through: store)
    }
    let waiting = Set(unsettled.map(\.0.placementID))
    try await raise(
      returning.filter { $0.choice == nil && !waiting.contains($0.placementID) }
        .map { reminder("settled_by_default", $0, dueOn: day) })
    return refused + unsettled
  }

  /// Plans the reviews that have come into sight.
  private func open(reviewsOf placements: [Placement], by day: DateOnly) async throws {
    try await store.open(
      placements.flatMap { placement in
        clocks.reviews(of: placement, by: day).map { (placement.placementID, $0.number, $0.dueOn) }
      })
  }

  /// Reminds of what stands to be done on the business date: reviews that nobody has held, choices
  /// that nobody has made. What was done or is over is not reminded of, however late the night.
  private func remind(of placements: [Placement]) async throws {
    let running = placements.filter { $0.endsOn > scope.businessDate }
    let choosing = running.filter { $0.state == .termEnding }
    try await raise(choosing.map { reminder("term_ending", $0, dueOn: $0.endsOn) })
    let reviews = try await store.openReviews(in: scope.jurisdiction)
    try await raise(
      running.flatMap { placement in
        (reviews[placement.placementID] ?? []).filter {
          $0.dueOn.adding(days: -clocks.reviewNotice) <= scope.businessDate
        }.map {
          reminder("review_due", placement, dueOn: $0.dueOn, ["occasion": "\($0.number)"])
        }
      })
  }

  private func raise(_ reminders: [Reminder]) async throws {
    try await Outbox(connection).raise(reminders, in: scope)
  }

  private static let department = "human_resources"
  private static let subjectKind = "placement"

  private func payload(_ placement: Placement) -> [String: String] {
    [
      "talent": placement.talent, "host_post": placement.hostPost,
      "institution_post": placement.institutionPost,
    ]
  }

  private func reminder(
    _ kind: String, _ placement: Placement, dueOn: DateOnly, _ more: [String: String] = [:]
  ) -> Reminder {
    Reminder(
      department: Self.department, subjectKind: Self.subjectKind,
      subject: "\(placement.placementID)", kind: kind, dueOn: dueOn,
      payload: payload(placement).merging(more) { own, _ in own })
  }

  private func refusal(
    of placement: Placement, on day: DateOnly, _ error: PostgresError
  ) -> RefusedMove {
    RefusedMove(
      subjectKind: Self.subjectKind, subject: "\(placement.placementID)", dueOn: day,
      cause: error.constraint ?? "", detail: error.message)
  }
}
