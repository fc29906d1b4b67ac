import Postgres

/// Reads and writes projects, in the caller's transaction.
struct ProjectStore: Sendable {
  private let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
  }

  /// A project, locked until the transaction ends.
  ///
  /// - Throws: ``ProjectRefusal/unknown(_:)``.
  func locked(_ offer: Int) async throws -> LandProject {
    let locked = try await connection.query(
      "SELECT offer_id FROM land.project WHERE offer_id = \(offer) FOR NO KEY UPDATE"
    ).decode(Int.self)
    guard !locked.isEmpty, let project = try await projects("p.offer_id = \(offer)").first else {
      throw ProjectRefusal.unknown(offer)
    }
    return project
  }

  /// The projects of a prefecture whose land is still committed.
  func live(in jurisdiction: String) async throws -> [LandProject] {
    try await projects("o.jurisdiction = \(jurisdiction) AND o.state = 'accepted'")
  }

  private func projects(_ condition: SQL) async throws -> [LandProject] {
    let records = try await connection.query(
      """
      SELECT p.offer_id AS "offerID", o.state = 'accepted' AS is_live, o.amount AS area,
        r.price_wan_per_mu AS price, coalesce(q.investment_wan, 0) AS investment, p.start_due_on, p.production_due_on,
        p.developed_mu AS developed, p.invested_wan AS invested, p.stopped_on,
        s.signed_on, s.acquired_on, s.started_on, s.producing_on
      FROM land.project p
      JOIN allocation.offer o USING (offer_id)
      LEFT JOIN registry.land_requests q ON q.number = o.request
      LEFT JOIN registry.parcels r ON r.code = o.resource
      JOIN report.project_stage s USING (offer_id)
      WHERE \(condition)
      ORDER BY p.offer_id
      """
    ).records(as: Record.self)
    return records.map(\.project)
  }

  func reach(_ stage: ProjectStage, on date: DateOnly, _ offer: Int) async throws {
    _ = try await connection.execute(
      """
      INSERT INTO land.project_stage (offer_id, stage, reached_on)
      VALUES (\(offer), \(stage.rawValue), \(date))
      """)
  }

  /// Writes what was agreed and how far building has come.
  func update(_ project: LandProject) async throws {
    _ = try await connection.execute(
      """
      UPDATE land.project
      SET start_due_on = \(project.startDueOn), production_due_on = \(project.productionDueOn),
        developed_mu = \(project.developed), invested_wan = \(project.invested),
        stopped_on = \(project.stoppedOn)
      WHERE offer_id = \(project.offerID)
      """)
  }

  /// A flag that stands against a project.
  struct Flag: Sendable {
    let offer: Int
    let flag: ProjectFlag
    /// In 万元, for land that has been idle for a year.
    let fee: Numeric?
  }

  /// Raises flags that do not stand yet, and those that had ended; tells the fee of one that had none.
  func raise(_ flags: [Flag], on date: DateOnly) async throws {
    guard !flags.isEmpty else { return }
    _ = try await connection.execute(
      """
      INSERT INTO land.project_flag (offer_id, flag, flagged_on, fee_wan)
      SELECT f.offer_id, f.flag, \(date), nullif(f.fee, '')::numeric
      FROM unnest(\(flags.map(\.offer))::bigint[], \(flags.map(\.flag.rawValue))::text[],
        \(flags.map { $0.fee.map { "\($0)" } ?? "" })::text[]) AS f (offer_id, flag, fee)
      ON CONFLICT (offer_id, flag) DO UPDATE
        SET cleared_on = NULL, fee_wan = excluded.fee_wan,
          flagged_on = CASE WHEN project_flag.cleared_on IS NULL THEN project_flag.flagged_on
            ELSE excluded.flagged_on END
        WHERE project_flag.cleared_on <= excluded.flagged_on
          -- The parcel had no price on record before.
          OR project_flag.cleared_on IS NULL AND project_flag.fee_wan IS NULL
            AND excluded.fee_wan IS NOT NULL
      """)
  }

  /// Ends the flags of a prefecture that stand no more.
  func clear(besides flags: [Flag], in jurisdiction: String, on date: DateOnly) async throws {
    _ = try await connection.execute(
      """
      UPDATE land.project_flag f SET cleared_on = \(date)
      FROM allocation.offer o
      WHERE o.offer_id = f.offer_id AND o.jurisdiction = \(jurisdiction)
        AND f.cleared_on IS NULL AND f.flagged_on <= \(date)
        AND (f.offer_id, f.flag) NOT IN (
          SELECT * FROM unnest(\(flags.map(\.offer))::bigint[],
            \(flags.map(\.flag.rawValue))::text[]))
      """)
  }

  private struct Record: Decodable {
    let offerID: Int
    let isLive: Bool
    let area: Numeric
    let price: Numeric?
    let investment: Int64
    let startDueOn: DateOnly?
    let productionDueOn: DateOnly?
    let developed: Numeric?
    let invested: Int64?
    let stoppedOn: DateOnly?
    let signedOn: DateOnly?
    let acquiredOn: DateOnly?
    let startedOn: DateOnly?
    let producingOn: DateOnly?

    var project: LandProject {
      let stages: [(ProjectStage, DateOnly?)] = [
        (.signed, signedOn), (.acquired, acquiredOn), (.started, startedOn),
        (.producing, producingOn),
      ]
      return LandProject(
        offerID: offerID, isLive: isLive,
        stages: Dictionary(
          uniqueKeysWithValues: stages.compactMap { stage, day in day.map { (stage, $0) } }),
        startDueOn: startDueOn, productionDueOn: productionDueOn, area: area,
        price: price, investment: investment, developed: developed, invested: invested,
        stoppedOn: stoppedOn)
    }
  }
}
