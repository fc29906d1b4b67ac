import Allocation
import Postgres

/// The land round's input of the sample city, read from a private server that lives for this alone.
enum SampleInput {
  static func read(folder: String) async throws -> (LandSnapshot, Policy) {
    try await Database.with(.privateServer(folder: folder)) { database in
      _ = try await database.migrate()
      _ = try await Importer(pool: database.pool).run(SampleCity.spreadsheets)
      let scope = RoundScope(
        mechanism: .land, jurisdiction: "341800", businessDate: SampleCity.businessDate)
      return try await database.pool.withConnection { connection in
        (
          try await Land.snapshot(in: scope, from: connection),
          try await Policy.inForce(on: scope.businessDate, from: connection)
        )
      }
    }
  }
}

extension LandSnapshot {
  /// The snapshot with every request and parcel `factor` times.
  ///
  /// - Parameter sharesCounties: whether all copies are in the same counties, whose quotas grow;
  ///   otherwise each copy has counties and quotas of its own.
  func grown(by factor: Int, sharesCounties: Bool) -> LandSnapshot {
    func name(_ text: String, _ copy: Int) -> String { copy == 0 ? text : "\(text)-\(copy)" }
    func county(_ code: String, _ copy: Int) -> String { sharesCounties ? code : name(code, copy) }
    let copies = 0..<max(1, factor)
    return LandSnapshot(
      date: date,
      requests: copies.flatMap { copy in
        requests.map { request in
          var request = request
          request.number = name(request.number, copy)
          request.regions = request.regions.map { county($0, copy) }
          return request
        }
      },
      parcels: copies.flatMap { copy in
        parcels.map { parcel in
          var parcel = parcel
          parcel.code = name(parcel.code, copy)
          parcel.region = county(parcel.region, copy)
          return parcel
        }
      },
      quotas: sharesCounties
        ? quotas.map { $0.times(copies.count) }
        : copies.flatMap { copy in
          quotas.map { quota in
            var quota = quota
            quota.lot = name(quota.lot, copy)
            quota.region = name(quota.region, copy)
            return quota
          }
        })
  }
}

extension LandQuota {
  fileprivate func times(_ factor: Int) -> LandQuota {
    var quota = self
    quota.free = Numeric(mantissa: free.mantissa * Int128(factor), scale: free.scale) ?? free
    return quota
  }
}
