import Postgres
import Testing

@testable import Allocation

@Suite("Quota lots: several a year, each under its document")
struct QuotaLotTests {
  private static let header =
    "code,region,kind,period_start,period_end,amount,unit,document_no,carry_over"

  private func load(
    _ rows: [String], _ database: Database, header: String = header
  ) async throws -> ImportReport {
    try await Importer(pool: database.pool).run([
      ImportText(
        name: "land_quotas.csv", text: ([header] + rows).joined(separator: "\n") + "\n")
    ])
  }

  private func lot(_ code: String, _ pool: Pool) async throws -> String {
    try await pool.one(
      """
      SELECT concat_ws('|', region, kind, trim_scale(granted), trim_scale(free), document_no,
        carry_over, period_start, period_end)
      FROM report.land_quota WHERE quota = \(code)
      """)
  }

  @Test("A second lot of the year is entered under its document, and a round draws on both")
  func several() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let rows = ["JS-2,341802,construction_land,2026-06-01,2026-11-30,8.5,mu,皖自然资〔2026〕31号,是"]
      #expect(try await load(rows, database).isAccepted)
      #expect(
        try await lot("JS-2", superuser)
          == "341802|construction_land|8.5|8.5|皖自然资〔2026〕31号|t|2026-06-01|2026-11-30")
      let document: String? = try await superuser.one(
        "SELECT document_no FROM allocation.movement WHERE to_lot = 'quota:JS-2'")
      #expect(document == "皖自然资〔2026〕31号")
      // 38.5 mu: 20 for TD-1, 15 for TD-2; what ends first is used first.
      let id = try await LandTown.night(database, on: LandFixture.day("2026-11-27"))
      #expect(
        try await LandTown.awards(superuser)
          == ["TD-1": "DK-A 20", "TD-2": "DK-A 15", "TD-3": "DK-B 30"])
      #expect(
        try await LandTown.balance("quota:JS-2", "offered", superuser) == LandFixture.mu("8.5"))
      #expect(
        try await LandTown.balance("quota:JS-341802", "offered", superuser)
          == LandFixture.mu("26.5"))
      let upper: Int64 = try await superuser.one(
        """
        SELECT upper FROM report.row_usage
        WHERE round_id = \(id) AND row = 'construction_land:341802'
        """)
      #expect(upper == 385_000)
      let findings = try await Verification(pool: database.pool).run(.all)
      #expect(findings.flatMap(\.faults) == [])
      // The rest of what ended is carried over once, into the lot that ends last.
      _ = try await OfferDesk(pool: database.pool).answer(
        try await superuser.one(
          "SELECT offer_id FROM allocation.offer WHERE request = 'TD-1'"),
        OfferAnswer(.withdraw, by: "office", on: LandFixture.day("2026-11-30")))
      let left = try await LandTown.balance("quota:JS-2", "free", superuser)
      try await LandTown.night(database, on: LandFixture.day("2026-12-01"))
      #expect(try await LandTown.balance("quota:JS-2", "free", superuser) == 0)
      let carried: Numeric = try await superuser.one(
        """
        SELECT coalesce(sum(amount), 0) FROM allocation.movement
        WHERE cause = 'carry_over' AND from_lot = 'quota:JS-2' AND to_lot = 'quota:JS-341802'
        """)
      #expect(carried.reduced == left)
    }
  }

  @Test("A session gives what two lots have together, and no more")
  func decided() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let rows = ["JS-2,341802,construction_land,2026-06-01,2026-12-31,9,mu,文2号,"]
      #expect(try await load(rows, database).isAccepted)
      let desk = try await LandTown.openSession(database)
      func give(_ request: String, _ area: Numeric) async throws {
        _ = try await desk.record(
          Motion(.allocate(request: request, parcel: "DK-A", area: area)),
          session: LandTown.saturday, by: "office")
      }
      try await give("TD-1", 20)
      try await give("TD-2", 18)
      #expect(try await LandTown.balance("quota:JS-2", "committed", superuser) == 9)
      #expect(try await LandTown.balance("quota:JS-341802", "committed", superuser) == 29)
      let base = try await database.pool.withConnection {
        try await LandWhatIf.Base.find(on: LandTown.saturday, jurisdiction: nil, from: $0)
      }
      let name = LandChange.QuotaName.county("341802", .constructionLand)
      _ = try LandWhatIf([.quota(name, by: -1)], on: base)
      #expect(throws: FieldFault.self) { try LandWhatIf([.quota(name, by: -2)], on: base) }
    }
  }

  @Test("The same document twice, or none twice, is one lot entered twice")
  func overlapping() async throws {
    try await Office.with(LandTown.template) { database, _ in
      let row = "341802,construction_land,2026-06-01,2026-12-31,9,mu"
      let cases: [(rows: [String], faults: [String])] = [
        (["JS-2,\(row),,"], ["overlapping_period"]),
        (["JS-2,\(row),文2号,", "JS-3,\(row),文2号,"], ["overlapping_period"]),
        (["JS-2,\(row),文2号,", "JS-3,\(row),文3号,"], []),
      ]
      for (rows, faults) in cases {
        let report = try await load(rows, database)
        #expect(report.faults.map(\.code) == faults)
      }
    }
  }

  @Test("A corrected county or kind reaches the ledger while nothing has used the lot")
  func corrected() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let rows = ["JS-341802-2027,341881,construction_land,2027-01-01,2027-12-31,10,mu,,"]
      #expect(try await load(rows, database).isAccepted)
      #expect(
        try await lot("JS-341802-2027", superuser)
          == "341881|construction_land|10|10|f|2027-01-01|2027-12-31")
      let kind = ["JS-341802-2027,341881,farmland_balance,2027-01-01,2027-12-31,10,mu,,"]
      #expect(try await load(kind, database).isAccepted)
      #expect(try await lot("JS-341802-2027", superuser).hasPrefix("341881|farmland_balance|"))
      let desk = try await LandTown.openSession(database)
      _ = try await desk.record(
        Motion(.allocate(request: "TD-1", parcel: "DK-A", area: 20)), session: LandTown.saturday,
        by: "office")
      let used = ["JS-341802,341881,construction_land,2027-01-01,2027-12-31,30,mu,,"]
      let fault = try #require(try await load(used, database).faults.first)
      #expect(fault.line == 2 && fault.code == "row_rule")
      #expect(fault.text().contains("341802") && fault.text().contains("另立批次"))
      await #expect(throws: PostgresError.self) {
        try await database.pool.transaction { connection in
          try await connection.beginEvent(Cause(actor: "test", reason: "test", action: "forge"))
          _ = try await connection.execute(
            "UPDATE registry.land_quotas SET region = '341881' WHERE code = 'JS-341802'")
        }
      }
    }
  }

  @Test("A grant below what is held names file, line, column, value and remedy")
  func belowHeld() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let desk = try await LandTown.openSession(database)
      _ = try await desk.record(
        Motion(.allocate(request: "TD-1", parcel: "DK-A", area: 20)), session: LandTown.saturday,
        by: "office")
      _ = try await desk.record(
        Motion(.adjustQuota(from: "JS-341802", to: "JS-341881", amount: 4, documentNumber: "文1号")),
        session: LandTown.saturday, by: "office")
      let row = "JS-341802,341802,construction_land,2026-01-01,2026-12-31,"
      let report = try await load([row + "23.9999,mu,,"], database)
      #expect(report.faultCount == 1)
      let line = try #require(report.faultLines().first)
      for words in ["land_quotas.csv", "2", "amount", "23.9999", "24"] {
        #expect(line.contains(words), "\(line)")
      }
      #expect(try await load([row + "24,mu,,"], database).isAccepted)
      #expect(try await LandTown.balance("quota:JS-341802", "free", superuser) == 0)
      let parcels = LandTown.sheets[2].text.replacing(
        "DK-A,341802,,0601,50", with: "DK-A,341802,,0601,19")
      let smaller = try await Importer(pool: database.pool).run([
        ImportText(name: "parcels.csv", text: parcels)
      ])
      #expect(smaller.faults.map(\.code) == ["row_rule"])
      #expect(smaller.faultLines().first?.contains("20") == true)
    }
  }
}
