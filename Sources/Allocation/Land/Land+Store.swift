public import Postgres

extension Land {
  /// Reads what is open on the business date. A request with a live offer or a commitment is not
  /// open again; what offers and commitments hold of parcels and quotas is not free.
  public static func snapshot(
    in scope: RoundScope, from connection: Connection
  ) async throws -> LandSnapshot {
    try await snapshot(in: scope, offersOn: scope.businessDate, from: connection)
  }

  /// The same with offers counted as of another day: what is not answered by then counts as free.
  static func snapshot(
    in scope: RoundScope, offersOn day: DateOnly, from connection: Connection
  ) async throws -> LandSnapshot {
    LandSnapshot(
      date: scope.businessDate,
      requests: try await requests(
        """
        q.jurisdiction = \(scope.jurisdiction) AND q.submitted_on <= \(scope.businessDate)
          AND NOT EXISTS (
            SELECT FROM allocation.live_offers(\(day)) o
            WHERE o.mechanism = 'land' AND o.request = q.number)
        """, scope, connection),
      parcels: try await parcels(scope, day, connection),
      quotas: try await quotas(scope, day, connection),
      waivers: try await connection.query(
        """
        SELECT request, rule AS threshold, parcel
        FROM land.waivers(\(scope.jurisdiction), \(scope.businessDate))
        """
      ).records(as: LandWaiver.self),
      declined: try await connection.query(
        """
        SELECT request, resource AS parcel
        FROM allocation.declined_pairs('land', \(scope.jurisdiction))
        """
      ).records(as: LandPair.self))
  }

  /// Requests with what a consultation has closed of them.
  ///
  /// - Parameter condition: on the row `q` of the registry.
  static func requests(
    _ condition: SQL, _ scope: RoundScope, _ connection: Connection
  ) async throws -> [LandRequest] {
    let closures = try await closures(scope, connection)
    let requests = try await connection.query(
      """
      SELECT q.number, q.uscc::text AS uscc, e.name AS enterprise, q.project,
        q.submitted_on AS "submittedOn", left(q.industry, 3) AS division,
        coalesce(c.industry_divisions, '{}') AS "chainDivisions", q.area_mu AS area,
        q.min_area_mu AS "leastArea", q.regions, q.investment_wan AS investment,
        q.tax_wan AS tax, q.energy_tce AS energy, q.priority, q.needed_by AS "neededBy"
      FROM registry.land_requests q
      JOIN registry.enterprises e USING (uscc)
      LEFT JOIN registry.chains c ON c.jurisdiction = e.jurisdiction AND c.code = e.chain
      WHERE \(condition)
      """
    ).records(as: LandRequest.self)
    return requests.map { request in
      var request = request
      request.closure = closures[request.number]
      return request
    }
  }

  private static func closures(
    _ scope: RoundScope, _ connection: Connection
  ) async throws -> [String: LandClosure] {
    let closed = try await connection.query(
      """
      SELECT request, kind, until_on
      FROM land.closed_requests(\(scope.jurisdiction), \(scope.businessDate))
      """
    ).decode(String.self, String.self, DateOnly?.self)
    return Dictionary(
      closed.compactMap { number, kind, until in
        LandClosure.Kind(rawValue: kind).map { (number, LandClosure(kind: $0, until: until)) }
      }, uniquingKeysWith: { first, _ in first })
  }

  private static func parcels(
    _ scope: RoundScope, _ day: DateOnly, _ connection: Connection
  ) async throws -> [Parcel] {
    let holds = try await connection.query(
      """
      SELECT parcel, request, until_on
      FROM land.holds(\(scope.jurisdiction), \(scope.businessDate))
      """
    ).decode(String.self, String?.self, DateOnly.self)
    let holdByParcel = Dictionary(
      holds.map { ($0.0, ParcelHold(until: $0.2, request: $0.1)) },
      uniquingKeysWith: { first, _ in first })
    let parcels = try await connection.query(
      """
      SELECT p.code, p.region, p.area_mu AS area, f.free, p.divisible AS "isDivisible",
        p.min_lot_mu AS "leastLot", coalesce(p.farmland_mu, 0) AS farmland,
        p.allowed_divisions AS divisions, p.min_investment_wan_per_mu AS "leastInvestment",
        p.min_tax_wan_per_mu AS "leastTax", p.ready_on AS "readyOn"
      FROM registry.parcels p
      JOIN allocation.free_lots('land', \(scope.jurisdiction), \(scope.businessDate), \(day)) f
        ON f.kind = 'parcel' AND f.resource = p.code
      """
    ).records(as: Parcel.self)
    return parcels.map { parcel in
      var parcel = parcel
      parcel.hold = holdByParcel[parcel.code]
      return parcel
    }
  }

  private static func quotas(
    _ scope: RoundScope, _ day: DateOnly, _ connection: Connection
  ) async throws -> [LandQuota] {
    try await connection.query(
      """
      SELECT lot, kind, resource AS region, free, ends_on
      FROM allocation.free_lots('land', \(scope.jurisdiction), \(scope.businessDate), \(day))
      WHERE kind IN ('construction_land', 'farmland_balance', 'energy')
      """
    ).records(as: LandQuota.self)
  }
}
