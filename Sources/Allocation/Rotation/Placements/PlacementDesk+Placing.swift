public import Postgres

extension PlacementDesk {
  /// What a placement outside the rounds consists of.
  public struct Order: Hashable, Sendable {
    public let talent: String
    public let hostPost: String
    public let institutionPost: String
    public let startsOn: DateOnly
    /// Months of the term; the host post's own if `nil`.
    public let months: Int?
    /// The document that orders it.
    public let documentNo: String

    public init(
      talent: String, hostPost: String, institutionPost: String, startsOn: DateOnly,
      months: Int? = nil, documentNo: String
    ) {
      self.talent = talent
      self.hostPost = hostPost
      self.institutionPost = institutionPost
      self.startsOn = startsOn
      self.months = months
      self.documentNo = documentNo
    }
  }

  /// Places a talent by order of a document, under the rules of a round. A term that has begun may be
  /// ordered, one that is over may not: nobody could choose any more.
  ///
  /// - Throws: ``PlacementRefusal``: a rule that is not met, or the last seat or headcount that
  ///   somebody else has taken; ``PostgresError``.
  /// - Returns: the placement's number.
  @discardableResult
  public func place(_ order: Order, on date: DateOnly, by person: String) async throws -> Int {
    try await transaction(order.talent) { connection in
      let facts = try await PlacementFacts.load(order, on: date, connection)
      let months = order.months ?? facts.host.months
      guard RotationLimits.lawful.contains(months) else {
        throw PlacementRefusal.term(months: months, startsOn: order.startsOn)
      }
      let end = order.startsOn.adding(months: months)
      guard date < end else { throw PlacementRefusal.pastTerm(endsOn: end, on: date) }
      try facts.judge(order)
      try await door.begin(
        Cause(actor: person, reason: order.documentNo, action: "place talent"), on: connection)
      let id = try await connection.query(
        """
        INSERT INTO rotation.placement (document_no, jurisdiction, talent, institution_post,
          starts_on, ends_on, state, state_on, answered_by)
        VALUES (\(order.documentNo), \(facts.jurisdiction), \(order.talent),
          \(order.institutionPost), \(order.startsOn), \(end), 'recruited', \(date), \(person))
        RETURNING placement_id
        """
      ).only(Int.self)
      _ = try await connection.execute(
        """
        INSERT INTO rotation.posting (placement_id, posting_no, host_post, period)
        VALUES (\(id), 1, \(order.hostPost), daterange(\(order.startsOn), \(end)))
        """)
      return id
    }
  }

  /// Moves a talent to another host for the rest of the term; the promise stays.
  ///
  /// - Parameter code: of `rotation.change_code`.
  /// - Throws: ``PlacementRefusal``; ``PostgresError``.
  public func changeHost(
    _ talent: String, to hostPost: String, code: String, on date: DateOnly, by person: String
  ) async throws {
    try await enter("change host", talent: talent, on: date, by: person) { entry in
      try entry.require(.placed, .termEnding, .chosen)
      let placement = entry.placement
      guard date < placement.endsOn else {
        throw PlacementRefusal.termOver(endedOn: placement.endsOn)
      }
      guard date > placement.hostSince else {
        throw PlacementRefusal.tooEarly(date, after: placement.hostSince)
      }
      guard hostPost != placement.hostPost else { throw PlacementRefusal.sameHost(hostPost) }
      try await entry.check(code, of: "host_change")
      let order = Order(
        talent: talent, hostPost: hostPost, institutionPost: placement.institutionPost,
        startsOn: date, documentNo: code)
      try await PlacementFacts.load(order, on: date, entry.connection).judge(order)
      _ = try await entry.connection.query(
        "SELECT rotation.change_host(\(placement.placementID), \(hostPost), \(code), \(date))")
    }
  }
}

/// What is known of a talent and the posts that somebody orders for them.
private struct PlacementFacts: Sendable {
  let jurisdiction: String
  let talent: Talent
  let host: HostPost
  let post: InstitutionPost
  let limits: RotationLimits

  static func load(
    _ order: PlacementDesk.Order, on date: DateOnly, _ connection: Connection
  ) async throws -> PlacementFacts {
    let jurisdictions = try await connection.query(
      "SELECT jurisdiction FROM registry.talents WHERE code = \(order.talent)"
    ).decode(String.self)
    guard let jurisdiction = jurisdictions.first else {
      throw PlacementRefusal.unknown(kind: "talent", code: order.talent)
    }
    let scope = RoundScope(mechanism: .rotation, jurisdiction: jurisdiction, businessDate: date)
    let policy = try await Policy.inForce(on: date, from: connection)
    guard
      let talent = try await Rotation.talents("t.code = \(order.talent)", connection).first
    else { throw PlacementRefusal.unknown(kind: "talent", code: order.talent) }
    guard
      let host = try await Rotation.hosts(
        "h.number = \(order.hostPost) AND h.jurisdiction = \(jurisdiction)", scope, connection
      ).first
    else { throw PlacementRefusal.unknown(kind: "host post", code: order.hostPost) }
    guard
      let post = try await Rotation.posts(scope, connection).first(where: {
        $0.code == order.institutionPost
      })
    else { throw PlacementRefusal.unknown(kind: "institution post", code: order.institutionPost) }
    return PlacementFacts(
      jurisdiction: jurisdiction, talent: talent, host: host, post: post,
      limits: try RotationLimits(policy))
  }

  /// - Throws: ``PlacementRefusal/unfit(talent:hostPost:rules:)``,
  ///   ``PlacementRefusal/unfitPost(talent:institutionPost:needs:)``.
  func judge(_ order: PlacementDesk.Order) throws {
    guard post.majors.contains(talent.major) else {
      throw PlacementRefusal.unfitPost(
        talent: order.talent, institutionPost: order.institutionPost,
        needs: post.majors.joined(separator: ";"))
    }
    // How long a host post lasts is a matter of the order; earlier answers are overruled by it.
    let failures = RotationSnapshot(
      businessDate: order.startsOn, talents: [talent], hosts: [host], posts: [post], declined: []
    ).refusals(talent, host, posts: [post], majors: "", limits).filter {
      $0.rule != RotationRule.term.rawValue
    }
    guard failures.isEmpty else {
      throw PlacementRefusal.unfit(
        talent: order.talent, hostPost: order.hostPost,
        rules: failures.map { "\($0.rule) (\($0.needed) / \($0.found))" })
    }
  }
}
