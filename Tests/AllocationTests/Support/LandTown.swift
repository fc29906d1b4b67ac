import Postgres
import TestSupport

@testable import Allocation

/// A town small enough that its land round takes milliseconds, with every kind of block in it.
///
/// County 341802 has a divisible parcel and a demanding one, and 30 mu of construction land; county
/// 341881 has one whole parcel, 60 mu, and a farmland balance of 0.
enum LandTown {
  /// A Saturday, and the business date of the rounds around it.
  static let saturday = LandFixture.day("2026-11-28")
  static let jurisdiction = "341800"

  /// The divisible parcel (50 mu), the whole one (30 mu), and the one that asks too much (40 mu).
  static let (divisible, whole, demanding) = ("DK-A", "DK-B", "DK-C")

  static let template = TestDatabaseTemplate.make("landtown", sheets + [requests()])

  /// The same with a hundred requests for 5 to 6 mu each of a parcel of 100 mu.
  static let crowded = TestDatabaseTemplate.make(
    "landcrowd",
    sheets + [
      requests(
        (1...100).map { "K-\($0),6,5,341802,1800,120,10,ordinary,C3612,2027-06-30" },
        parcel: true)
    ])

  static let sheets = [
    ImportText(
      name: "regions.csv",
      text: """
        code,name,kind,parent
        341800,宣城市,prefecture,
        341802,宣州区,county,341800
        341881,宁国市,county,341800

        """),
    ImportText(
      name: "enterprises.csv",
      text: """
        uscc,name,region,industry,chain,size,key,revenue_wan,tax_wan,employees,rating
        91341802CR63F0WT2P,宣城样本企业,341802,C2644,,medium,true,33155,1539,273,A

        """),
    ImportText(
      name: "parcels.csv",
      text: """
        code,region,zone,land_use,area_mu,divisible,min_lot_mu,farmland_mu,allowed_divisions,min_investment_wan_per_mu,min_tax_wan_per_mu,price_wan_per_mu,ready_on,idle_since
        DK-A,341802,,0601,50,true,5,10,C36,200,10,20,2026-10-01,
        DK-B,341881,,0601,30,false,,0,C36,200,10,20,2026-10-01,
        DK-C,341802,,0601,40,false,,0,C35,500,30,20,2026-10-01,
        DK-D,341802,,0601,100,true,5,0,C39,200,10,20,2026-10-01,

        """),
    quotas(),
  ]

  static func quotas(construction: String = "30") -> ImportText {
    ImportText(
      name: "land_quotas.csv",
      text: """
        code,region,kind,period_start,period_end,amount,unit
        JS-341802,341802,construction_land,2026-01-01,2026-12-31,\(construction),mu
        JS-341881,341881,construction_land,2026-01-01,2026-12-31,60,mu
        ZB-341802,341802,farmland_balance,2026-01-01,2026-12-31,20,mu
        ZB-341881,341881,farmland_balance,2026-01-01,2026-12-31,0,mu
        NH-341802,341802,energy,2026-01-01,2026-12-31,10000,tce
        NH-341881,341881,energy,2026-01-01,2026-12-31,10000,tce
        JS-341802-2027,341802,construction_land,2027-01-01,2027-12-31,10,mu

        """)
  }

  /// TD-1 and TD-3 are served; the others are blocked by construction land, a better request, a
  /// threshold, their area, and their date.
  private static func requests(_ more: [String] = [], parcel: Bool = false) -> ImportText {
    let lines =
      [
        "TD-1,20,20,341802,6000,400,100,province,C3612,2027-06-30",
        "TD-2,20,15,341802,6000,400,100,ordinary,C3612,2027-06-30",
        "TD-3,30,25,341881,9000,600,100,province,C3612,2027-06-30",
        "TD-4,30,25,341881,9000,600,100,ordinary,C3612,2027-06-30",
        "TD-5,40,40,341802,12000,800,100,city,C3511,2027-06-30",
        "TD-6,500,500,341802;341881,150000,10000,100,city,C3612,2027-06-30",
        "TD-7,10,10,341802,3000,200,100,city,C3612,2026-09-30",
      ] + more
    let rows = lines.map { line in
      let f = line.split(separator: ",", omittingEmptySubsequences: false)
      let industry = parcel && f[0].hasPrefix("K-") ? "C3985" : String(f[8])
      return "\(f[0]),91341802CR63F0WT2P,项目\(f[0]),2026-09-01,\(industry),\(f[1]),\(f[2]),\(f[3]),"
        + "\(f[4]),\(f[5]),\(f[6]),50,\(f[7]),\(f[9])"
    }
    let header =
      "number,uscc,project,submitted_on,industry,area_mu,min_area_mu,regions,investment_wan,tax_wan,"
      + "energy_tce,jobs,priority,needed_by"
    return ImportText(
      name: "land_requests.csv", text: ([header] + rows).joined(separator: "\n") + "\n")
  }
}

extension LandTown {
  /// A desk for decisions, with the session of the Saturday open.
  static func openSession(_ database: Database) async throws -> DecisionDesk {
    let sessions = try await SessionDesk(pool: database.pool, jurisdiction: nil)
    _ = try await sessions.open(saturday, attending: ["office"], by: "office")
    return DecisionDesk(pool: database.pool, jurisdiction: jurisdiction)
  }

  /// The night's land round of a date.
  @discardableResult
  static func night(_ database: Database, on date: DateOnly = saturday) async throws -> Int {
    let outcomes = try await Night(pool: database.pool, actor: "test")
      .run(on: date, mechanisms: [.land])
    return outcomes.first?.roundID ?? 0
  }

  /// Who has which parcel, offered or committed: request → parcel and area.
  static func awards(_ pool: Pool) async throws -> [String: String] {
    let rows = try await pool.query(
      """
      SELECT request, resource || ' ' || trim_scale(amount) FROM allocation.offer
      WHERE mechanism = 'land' AND state IN ('offered', 'accepted')
      """
    ).decode(String.self, String.self)
    return Dictionary(rows, uniquingKeysWith: { first, _ in first })
  }

  /// A lot's balance in an account.
  static func balance(_ lot: String, _ account: String, _ pool: Pool) async throws -> Numeric {
    let amount: Numeric = try await pool.one(
      """
      SELECT coalesce((SELECT amount FROM allocation.balance
        WHERE lot = \(lot) AND account = \(account)), 0)
      """)
    return amount.reduced
  }
}

/// Templates made of spreadsheets.
enum TestDatabaseTemplate {
  static func make(_ name: String, _ sheets: [ImportText]) -> TestDatabase.Template {
    TestDatabase.Template(name) { configuration in
      let database = Database(login: configuration)
      _ = try await database.migrate()
      let report = try await Importer(pool: database.pool).run(sheets)
      await database.pool.close()
      guard report.isAccepted else { throw OfficeError(lines: report.faultLines()) }
    }
  }
}
