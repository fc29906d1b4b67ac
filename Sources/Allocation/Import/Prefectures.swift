internal import Postgres

/// Which prefecture the rows of a folder belong to, where the rows themselves do not tell.
struct Prefectures {
  /// The prefectures that each folder's own regions name.
  let ofFolder: [String: Set<String>]
  /// Those the database holds.
  let stored: Set<String>
  /// What the caller says.
  let stated: String?

  /// The folder's own only one, else the one stated, else the only one known at all.
  ///
  /// - Throws: ``FaultReason/noJurisdiction(known:)``, ``FaultReason/unknownJurisdiction``.
  func prefecture(of folder: String) throws(FaultReason) -> String {
    if let own = ofFolder[folder], own.count == 1, let only = own.first { return only }
    let known = ofFolder.values.reduce(stored) { $0.union($1) }
    if let stated {
      guard known.contains(stated) else { throw .unknownJurisdiction }
      return stated
    }
    guard known.count == 1, let only = known.first else {
      throw .noJurisdiction(known: known.sorted())
    }
    return only
  }

  /// Reads what the staged regions and the database hold.
  static func read(
    _ connection: Connection, files: [ImportFile], stated: String?
  ) async throws -> Prefectures {
    let staged = try await connection.query(
      """
      SELECT DISTINCT file, jurisdiction FROM \(identifier: StagingArea.name("regions"))
      WHERE jurisdiction IS NOT NULL
      """)
    var ofFolder: [String: Set<String>] = [:]
    for (file, code) in try staged.decode(Int.self, String.self) {
      ofFolder[files[file].folder, default: []].insert(code)
    }
    let stored = try await connection.query(
      "SELECT code FROM registry.regions WHERE kind = 'prefecture'")
    return Prefectures(
      ofFolder: ofFolder, stored: Set(try stored.decode(String.self)), stated: stated)
  }
}
