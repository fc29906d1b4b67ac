public import Postgres

extension PlacementDesk {
  /// Records an interim review: the earliest that is due and has not been held.
  ///
  /// - Throws: ``PlacementRefusal``: of a placement that does not run, or on a day outside its term;
  ///   ``PostgresError``.
  public func review(
    _ talent: String, grade: Placement.Grade, on date: DateOnly, by person: String,
    note: String? = nil
  ) async throws {
    try await enter("review", talent: talent, on: date, by: person) { entry in
      let placement = entry.placement
      guard [.placed, .termEnding, .chosen].contains(placement.state) else {
        throw PlacementRefusal.state(
          placement.state, needed: [.placed, .termEnding, .chosen], talent: talent)
      }
      let begunOn = try await entry.store.begunOn(placement) ?? placement.startsOn
      guard date >= begunOn, date < placement.endsOn else {
        throw PlacementRefusal.outsideTerm(date, from: begunOn, before: placement.endsOn)
      }
      let insight = date.adding(days: entry.clocks.reviewNotice)
      let written = try await entry.connection.execute(
        """
        UPDATE rotation.review SET grade = \(grade.rawValue), reviewed_on = \(date),
          reviewed_by = \(person), note = \(note)
        WHERE placement_id = \(placement.placementID) AND review_no = (
          SELECT min(review_no) FROM rotation.review
          WHERE placement_id = \(placement.placementID) AND grade IS NULL AND due_on <= \(insight))
        """)
      guard written == 1 else {
        throw PlacementRefusal.noReviewDue(next: try await entry.nextReview())
      }
    }
  }

  /// What a talent chooses, with what belongs to it.
  public enum Decision: Hashable, Sendable {
    case stay
    /// Institution posts wished for, the most welcome first; the promised one stands last unless it is
    /// among them.
    case institutionPost(wishes: [String])
    case extend(months: Int)
    case leave

    var choice: Placement.Choice {
      switch self {
      case .stay: .stay
      case .institutionPost: .institutionPost
      case .extend: .extend
      case .leave: .leave
      }
    }
  }

  /// Records what a talent chooses for the term's end. It comes true when the term ends.
  ///
  /// - Throws: ``PlacementRefusal``, also before the window and where a term would become too long;
  ///   ``PostgresError``.
  public func choose(
    _ talent: String, _ decision: Decision, on date: DateOnly, by person: String
  ) async throws {
    try await enter("choose \(decision.choice.rawValue)", talent: talent, on: date, by: person) {
      entry in
      let placement = entry.placement
      if placement.state == .placed {
        throw PlacementRefusal.beforeWindow(date, opensOn: entry.clocks.choiceOpens(placement))
      }
      try entry.require(.termEnding)
      guard date < placement.endsOn else {
        throw PlacementRefusal.termOver(endedOn: placement.endsOn)
      }
      switch decision {
      case .extend(let months): try await entry.extend(by: months)
      case .institutionPost(let wishes): try await entry.wish(for: wishes)
      case .stay, .leave: break
      }
      _ = try await entry.connection.execute(
        """
        UPDATE rotation.placement SET state = 'chosen', state_on = \(date), chosen_on = \(date),
          choice = \(decision.choice.rawValue), answered_by = \(person)
        WHERE placement_id = \(placement.placementID)
        """)
    }
  }

  /// Ends a placement before its term. Seat and headcount are free from that day on, which may lie ahead.
  ///
  /// - Parameters:
  ///   - code: of `rotation.change_code`.
  ///   - consequence: what follows from it for the talent or the host: repayment, none, …
  /// - Throws: ``PlacementRefusal``; ``PostgresError``.
  public func end(
    _ talent: String, code: String, consequence: String, note: String? = nil, on date: DateOnly,
    by person: String
  ) async throws {
    try await enter("end early", talent: talent, on: date, by: person) { entry in
      try entry.require(.recruited, .placed, .termEnding, .chosen)
      guard date < entry.placement.endsOn else {
        throw PlacementRefusal.termOver(endedOn: entry.placement.endsOn)
      }
      try await entry.check(code, of: "early_end")
      _ = try await entry.connection.execute(
        """
        UPDATE rotation.placement SET state = 'left', state_on = \(date), end_code = \(code),
          consequence = \(consequence), note = \(note), answered_by = \(person)
        WHERE placement_id = \(entry.placement.placementID)
        """)
    }
  }

  /// Records that a talent who had settled at an institution has left the post, which is free again.
  ///
  /// - Throws: ``PlacementRefusal``; ``PostgresError``.
  public func vacate(_ talent: String, on date: DateOnly, by person: String) async throws {
    try await enter("vacate post", talent: talent, on: date, by: person) { entry in
      try entry.require(.settled)
      let vacated = try await entry.connection.execute(
        """
        UPDATE rotation.placement SET vacated_on = \(date), answered_by = \(person)
        WHERE placement_id = \(entry.placement.placementID) AND settled_post IS NOT NULL
          AND vacated_on IS NULL
        """)
      guard vacated == 1 else { throw PlacementRefusal.notSettled(talent: talent) }
    }
  }
}

extension PlacementDesk.Entry {
  /// When the next review is due that nobody has held.
  fileprivate func nextReview() async throws -> DateOnly? {
    let open = try await connection.query(
      """
      SELECT min(due_on) FROM rotation.review
      WHERE placement_id = \(placement.placementID) AND grade IS NULL
      """
    ).only(DateOnly?.self)
    if let open { return open }
    return clocks.reviewDays(of: try await store.placement(placement.placementID, placement.talent))
      .first
  }

  /// Lengthens the last posting, so that the host's seat is held; the term follows at its old end.
  fileprivate func extend(by months: Int) async throws {
    let end = placement.endsOn.adding(months: months)
    let latest = placement.startsOn.adding(months: clocks.longest)
    guard end <= latest else {
      throw PlacementRefusal.extensionTooLong(to: end, latest: latest)
    }
    guard months > 0 else {
      throw PlacementRefusal.term(months: months, startsOn: placement.startsOn)
    }
    _ = try await connection.execute(
      """
      UPDATE rotation.placement SET extended_to = \(end)
      WHERE placement_id = \(placement.placementID)
      """)
    _ = try await connection.execute(
      """
      UPDATE rotation.posting SET period = daterange(lower(period), \(end))
      WHERE placement_id = \(placement.placementID) AND upper(period) = \(placement.endsOn)
      """)
  }

  /// Posts that exist in the talent's prefecture and take the talent's major.
  fileprivate func wish(for posts: [String]) async throws {
    for post in posts {
      let majors = try await connection.query(
        """
        SELECT array_to_string(majors, ';') FROM registry.institution_posts
        WHERE code = \(post) AND jurisdiction = \(placement.jurisdiction)
        """
      ).decode(String.self)
      guard let majors = majors.first else {
        throw PlacementRefusal.unknown(kind: "institution post", code: post)
      }
      guard majors.split(separator: ";").contains(Substring(placement.major)) else {
        throw PlacementRefusal.unfitPost(
          talent: placement.talent, institutionPost: post, needs: majors)
      }
    }
    var seen: Set<String> = []
    let distinct = posts.filter { seen.insert($0).inserted }
    _ = try await connection.execute(
      """
      UPDATE rotation.placement SET wishes = \(distinct)
      WHERE placement_id = \(placement.placementID)
      """)
  }

  /// - Throws: ``PlacementRefusal/unknownCode(_:known:)``.
  func check(_ code: String, of kind: String) async throws {
    let known = try await connection.query(
      "SELECT code FROM rotation.change_code WHERE kind = \(kind) ORDER BY code COLLATE \"C\""
    ).decode(String.self)
    guard known.contains(code) else { throw PlacementRefusal.unknownCode(code, known: known) }
  }
}
