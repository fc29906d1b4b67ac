import Postgres

/// What one night does about placements.
struct PlacementNight: Sendable {
  let scope: RoundScope
  let clocks: PlacementClocks
  let connection: Connection

  private var store: PlacementStore { PlacementStore(connection) }

  func run() async throws {
    var placements = try await store.live(in: scope.jurisdiction)
    while let day = placements.compactMap({ clocks.next($0)?.on }).min(), day <= scope.businessDate
    {
      try await remind(of: placements, by: day)
      try await work(off: day, placements)
      placements = try await store.live(in: scope.jurisdiction)
    }
    try await remind(of: placements, by: scope.businessDate)
  }

  private func work(off day: DateOnly, _ placements: [Placement]) async throws {
    func due(_ kind: PlacementStep.Kind) -> [Placement] {
      placements.filter { clocks.next($0) == PlacementStep(kind: kind, on: day) }
    }
    try await store.queueOnPosts(of: scope.jurisdiction)
    try await store.move(due(.begin), to: .placed, on: day)
    try await store.move(due(.termEnding), to: .termEnding, on: day)
    try await end(due(.endTerm), on: day)
  }

  /// What was chosen comes true. Whoever did not choose returns to the post that was kept.
  private func end(_ placements: [Placement], on day: DateOnly) async throws {
    func chose(_ choice: Placement.Choice?) -> [Placement] {
      placements.filter { $0.choice == choice }
    }
    try await store.extend(chose(.extend), on: day)
    try await store.move(chose(.stay), to: .settled, on: day)
    try await store.move(chose(.leave), to: .left, on: day)
    let silent = chose(nil)
    let returning = placements.filter { $0.choice == nil || $0.choice == .institutionPost }
    if !returning.isEmpty {
      try await SettlementStore(connection).settle(
        returning, in: scope.jurisdiction, on: day, through: store)
    }
    try await raise(silent.map { reminder("settled_by_default", $0, dueOn: day) })
  }

  /// Reviews that come into sight, and choices that are open. Whoever has chosen is not told to.
  private func remind(of placements: [Placement], by day: DateOnly) async throws {
    let choosing = placements.filter { $0.state == .termEnding }
    try await raise(choosing.map { reminder("term_ending", $0, dueOn: $0.endsOn) })
    let due = placements.flatMap { placement in
      clocks.reviews(of: placement, by: day).map { (placement, $0.number, $0.dueOn) }
    }
    try await store.open(due.map { ($0.placementID, $1, $2) })
    try await raise(due.map { reminder("review_due", $0, dueOn: $2) })
  }

  private func raise(_ reminders: [Reminder]) async throws {
    try await Outbox(connection).raise(reminders, in: scope)
  }

  private func reminder(_ kind: String, _ placement: Placement, dueOn: DateOnly) -> Reminder {
    Reminder(
      department: "human_resources", subjectKind: "placement",
      subject: "\(placement.placementID)", kind: kind, dueOn: dueOn,
      payload: [
        "talent": placement.talent, "host_post": placement.hostPost,
        "institution_post": placement.institutionPost,
      ])
  }
}
