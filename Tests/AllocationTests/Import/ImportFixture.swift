import Embedded
import Foundation
import Postgres
import TestSupport

@testable import Allocation

/// A database with the registry and the standards, and a city small enough to be read at a glance.
enum ImportFixture {
  static let template = TestDatabase.Template("registry") { configuration in
    let migrator = Migrator(
      migrations: EmbeddedFiles.migrations.map { SQLFile(name: $0.name, sql: $0.text) },
      owner: "yaosu_owner")
    _ = try await migrator.migrate(configuration)
    let connection = try await Connection.connect(configuration.role("yaosu_owner"))
    defer { connection.close() }
    try await ReferenceData.load(connection)
  }

  /// A clone of the template, used as the service would.
  static func withDatabase<R>(_ body: (Pool) async throws -> R) async throws -> R {
    try await TestDatabase.with(template: template) { admin in
      let pool = Pool(admin.configuration.role("yaosu_service"))
      do {
        let result = try await body(pool)
        await pool.close()
        return result
      } catch {
        await pool.close()
        throw error
      }
    }
  }

  /// Writes files into a folder of their own, gone after `body`.
  static func withFolder<R>(
    _ files: [String: String], _ body: (String) async throws -> R
  ) async throws -> R {
    try await withFolder(bytes: files.mapValues { Array($0.utf8) }, body)
  }

  static func withFolder<R>(
    bytes files: [String: [UInt8]], _ body: (String) async throws -> R
  ) async throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "yaosu-import-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
    return try await body(folder.path)
  }

  /// The sample city that comes with the project.
  static var sampleCity: String {
    URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../data/xuancheng").standardizedFileURL.path
  }

  /// Everything the registry holds, one line a row, without the marks of the audit.
  static func contents(_ pool: Pool) async throws -> [String] {
    var lines = try await ranks(pool)
    for table in try Catalogue.embedded().tables where !table.facts.isSealed {
      let rows = try await pool.query(
        """
        SELECT line FROM (
          SELECT \(table.name)::text || ' ' || (to_jsonb(t) - 'event_id' - 'known_from')::text AS line
          FROM \(identifier: ["registry", table.name]) t) rows
        ORDER BY line COLLATE "C"
        """)
      lines += try rows.decode(String.self)
    }
    return lines
  }

  /// What the lists under seal hold, seen in a transaction that is taken back.
  private static func ranks(_ pool: Pool) async throws -> [String] {
    struct Seen: Error {
      let lines: [String]
    }
    do {
      return try await pool.transaction { connection in
        try await connection.beginEvent(Cause(actor: "test", reason: "test", action: "peek"))
        _ = try await connection.query("SELECT registry.open_rankings('341800', '2026-01-01')")
        throw Seen(
          lines: try await connection.query(
            """
            SELECT concat_ws(' ', side, request, expert, rank)
            FROM registry.opened_rankings('341800') ORDER BY 1
            """
          ).decode(String.self))
      }
    } catch let seen as Seen {
      return seen.lines
    }
  }

  static func events(_ pool: Pool) async throws -> Int {
    try await pool.query("SELECT count(*) FROM audit.event").decode(Int.self)[0]
  }

  static let city: [String: String] = [
    "regions.csv": """
    code,name,kind,parent
    341800,宣城市,prefecture,
    341802,宣州区,county,341800
    341881,宁国市,county,341800
    """,
    "chains.csv": """
    code,name,industry_divisions,fields,majors
    C01,汽车零部件,C36;C34,8.7;8.4,0802
    """,
    "enterprises.csv": """
    uscc,name,region,industry,chain,size,key,revenue_wan,tax_wan,employees,rating
    91341802CR63F0WT2P,样本企业一,341802,C2644,C01,medium,true,33155,1539,273,A
    91341882CM6DP0G76P,样本企业二,341881,C3921,,micro,,,,,
    """,
    "parcels.csv": """
    code,region,land_use,area_mu,divisible,min_lot_mu,farmland_mu,allowed_divisions,\
    min_investment_wan_per_mu,min_tax_wan_per_mu,ready_on
    P1,341802,0601,28.3,false,,0.5,C36;C34,260,10,2027-02-11
    """,
    "land_quotas.csv": """
    code,region,kind,period_start,period_end,amount,unit
    Q1,341802,construction_land,2026-01-01,2026-12-31,100,mu
    Q2,341802,energy,2026-01-01,2026-12-31,500,tce
    """,
    "land_requests.csv": """
    number,uscc,project,submitted_on,industry,area_mu,min_area_mu,regions,investment_wan,\
    tax_wan,energy_tce,jobs,priority,needed_by
    TD1,91341802CR63F0WT2P,样本项目,2026-09-29,C3612,21.4,15,341802;341881,7001,604,122,60,\
    ordinary,2027-02-03
    """,
    "banks.csv": """
    code,name,kind,max_chains,client_limit_wan
    B1,样本银行,state,4,6000
    """,
    "credit_lines.csv": """
    bank,period_start,period_end,amount_wan,inclusive_floor_wan
    B1,2026-07-01,2026-09-30,28988,5951
    B1,2026-10-01,2026-12-31,28988,5951
    """,
    "loan_products.csv": """
    code,bank,name,collateral,min_wan,max_wan,max_months,rate_pct,min_rating,sizes
    L1,B1,样本产品,guarantee,10,500,24,4.44,BBB,small;micro
    """,
    "universities.csv": """
    code,name,max_experts
    4131010248,样本大学,6
    """,
    "experts.csv": """
    code,name,university,title,fields,regions,available_from,days_per_month,\
      past_projects
    E1,样本专家,4131010248,professor,6.2,341802,2027-03-05,4,13
    """,
  ]
}
