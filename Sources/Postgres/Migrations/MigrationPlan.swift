/// Which migrations are still to be applied, or why none may be.
struct MigrationPlan: Equatable {
  /// In order.
  let pending: [String]

  /// - Parameters:
  ///   - files: this binary's migrations in order, with their hashes.
  ///   - landed: the database's records, name to hash.
  /// - Throws: ``PostgresError`` of kind `migration` when they do not fit together.
  init(files: [(name: String, hash: String)], landed: [String: String]) throws {
    let known = Set(files.map(\.name))
    if let newer = landed.keys.filter({ !known.contains($0) }).min() {
      throw PostgresError(
        .migration,
        "the database is newer than this program (it has \(newer)); use the newer program")
    }
    if let changed = files.first(where: { (landed[$0.name] ?? $0.hash) != $0.hash }) {
      throw PostgresError(
        .migration, "\(changed.name) has changed since it was applied; add a new migration instead")
    }
    pending = files.map(\.name).filter { landed[$0] == nil }
    if let first = pending.first, let later = landed.keys.filter({ $0 > first }).min() {
      throw PostgresError(
        .migration, "\(first) comes before \(later), which has already been applied; rename it")
    }
  }
}
