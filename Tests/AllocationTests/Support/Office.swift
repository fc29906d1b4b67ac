import Embedded
import Foundation
import Postgres
import TestSupport

@testable import Allocation

/// A migrated database of a test's own, empty or with the sample city.
enum Office {
  static let empty = TestDatabase.Template("migrated") { configuration in
    let database = Database(login: configuration)
    _ = try await database.migrate()
    await database.pool.close()
  }

  static let city = TestDatabase.Template("samplecity") { configuration in
    let database = Database(login: configuration)
    _ = try await database.migrate()
    let report = try await Importer(pool: database.pool).run(SampleCity.spreadsheets)
    await database.pool.close()
    guard report.isAccepted else { throw OfficeError(lines: report.faultLines()) }
  }

  /// Runs a test on a clone of a template.
  ///
  /// - Parameter body: gets the office's database, in the service's role, and a pool of the
  ///   superuser for what only a forger could do.
  static func with(
    _ template: TestDatabase.Template, _ body: (Database, _ superuser: Pool) async throws -> Void
  ) async throws {
    try await TestDatabase.with(template: template) { superuser in
      let database = Database(login: superuser.configuration)
      do {
        try await body(database, superuser)
        await database.pool.close()
      } catch {
        await database.pool.close()
        throw error
      }
    }
  }
}

struct OfficeError: Error {
  let lines: [String]
}

extension Pool {
  /// One value of a query that has one row.
  func one<T: SQLDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await query(sql).only(type)
  }
}
