import Foundation
import Postgres
import Testing

@testable import Allocation

@Suite struct ImportTests {
  private func run(
    _ pool: Pool, _ files: [String: String], _ options: ImportOptions = ImportOptions()
  ) async throws -> ImportReport {
    try await ImportFixture.withFolder(files) { folder in
      try await Importer(pool: pool).run(paths: [folder], options: options)
    }
  }

  /// The sample city loads; loaded again it changes nothing and leaves no trace.
  @Test func testSampleCity() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      let before = try await ImportFixture.events(pool)
      let first = try await Importer(pool: pool).run(paths: [ImportFixture.sampleCity])
      #expect(first.isAccepted, "\(first.faultLines())")
      #expect(first.tables.count == 20)
      #expect(first.tables.allSatisfy { $0.inserted == $0.rows && $0.updated == 0 })
      #expect(first.tables.first { $0.table == "enterprises" }?.rows == 2388)
      #expect(try await ImportFixture.events(pool) == before + 1, "one event for all tables")
      let contents = try await ImportFixture.contents(pool)

      let second = try await Importer(pool: pool).run(paths: [ImportFixture.sampleCity])
      #expect(second.tables.allSatisfy { $0.unchanged == $0.rows })
      #expect(try await ImportFixture.events(pool) == before + 1)
      #expect(try await ImportFixture.contents(pool) == contents)
      let homeless = try await pool.query(
        "SELECT count(*) FROM registry.land_requests WHERE jurisdiction <> '341800'")
      #expect(try homeless.decode(Int.self) == [0])
    }
  }

  /// Who waits for another import's tables is told so in the end, and keeps none.
  @Test func testWaiting() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      let tables = try Catalogue.embedded().tables.filter { $0.name == "enterprises" }
      try await pool.transaction { other in
        try await Merge(connection: other).lock(tables)
        do {
          try await pool.transaction { connection in
            try await Merge(connection: connection).lock(tables, patience: "100ms")
          }
          Issue.record("two imports have one table")
        } catch let error as PostgresError {
          #expect(error.sqlState == "55P03" && error.isTransient)
          #expect(error.hint?.contains("writing to enterprises") == true)
        }
      }
      try await pool.transaction { try await Merge(connection: $0).lock(tables) }
    }
  }

  /// The same content as an office sends it gives the same tables.
  @Test func testOfficeFiles() async throws {
    let plain = try await ImportFixture.withDatabase { pool async throws in
      _ = try await Importer(pool: pool).run(paths: [ImportFixture.sampleCity])
      return try await ImportFixture.contents(pool)
    }
    for seed in 1...3 as ClosedRange<UInt64> {
      let files = try OfficeRewriter(seed: seed, isThorough: seed == 1)
        .rewrite(ImportFixture.sampleCity)
      if seed == 1 { try expectThoroughlyChinese(files) }
      let office = try await ImportFixture.withDatabase { pool async throws in
        let report = try await ImportFixture.withFolder(bytes: files) { folder in
          try await Importer(pool: pool).run(paths: [folder])
        }
        #expect(report.isAccepted, "\(report.faultLines().prefix(5))")
        return try await ImportFixture.contents(pool)
      }
      for table in try Catalogue.embedded().tables where !table.facts.isSealed {
        let rows = [plain, office].map { $0.filter { $0.hasPrefix(table.name + " ") } }
        #expect(!rows[0].isEmpty, "\(table.name)")
        #expect(rows[0] == rows[1], "seed \(seed): \(table.name)")
      }
      #expect(plain == office, "seed \(seed)")
    }
  }

  /// All files in GB18030, with Chinese headings in another order, Chinese dates and words.
  private func expectThoroughlyChinese(_ files: [String: [UInt8]]) throws {
    let tables = try Catalogue.embedded().tables
    #expect(Set(files.keys) == Set(tables.map { $0.title + ".csv" }))
    for (name, bytes) in files {
      #expect(String(validating: bytes, as: UTF8.self) == nil, "\(name) is GB18030")
      #expect(!bytes.prefix { $0 != 0x0A }.contains(UInt8(ascii: "_")), "\(name): a heading")
    }
  }

  /// What a backdated import replaces was known until then, and stays readable as of its own time.
  @Test func testBackdatedImportKeepsWhatWasKnown() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      let later = try #require(DateOnly(year: 2025, month: 11, day: 5))
      #expect(try await run(pool, ImportFixture.city, ImportOptions(asOf: later)).isAccepted)
      var changed = ImportFixture.city
      changed["banks.csv"] = changed["banks.csv"]?.replacingOccurrences(of: "6000", with: "7000")
      changed["banks.csv"]?.append("\nB2,另一银行,city,4,9000")
      let early = try #require(DateOnly(year: 2025, month: 11, day: 1))
      let before = try await pool.query("SELECT clock_timestamp()::text").only(String.self)
      let report = try await run(pool, changed, ImportOptions(asOf: early))
      #expect(report.tables.reduce(0) { $0 + $1.updated } == 1)
      #expect(report.tables.reduce(0) { $0 + $1.inserted } == 1)
      let expected: [(time: String, limits: [Int?])] = [
        ("2025-11-04 12:00+08", [nil, 9000]), ("2025-11-06 12:00+08", [6000, 9000]),
        (before, [6000, 9000]), ("infinity", [7000, 9000]),
      ]
      for (time, limits) in expected {
        for (bank, limit) in zip(["B1", "B2"], limits) {
          let rows = try await pool.query(
            """
            SELECT (r ->> 'client_limit_wan')::numeric::bigint
            FROM audit.rows_as_of('registry.banks', \(time)::timestamptz) r
            WHERE r ->> 'code' = \(bank)
            """)
          #expect(try rows.decode(Int.self) == [limit].compactMap { $0 }, "\(bank) as of \(time)")
        }
      }
    }
  }

  /// A file in the layout of before a column was added does not empty the column.
  @Test func testAColumnThatAFileLeavesOutStays() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      #expect(try await run(pool, ImportFixture.city).isAccepted)
      let header = "code,region,kind,period_start,period_end,amount,unit"
      let row = "Q1,341802,construction_land,2026-01-01,2026-12-31,100,mu"
      let documented = "\(header),document_no,carry_over\n\(row),宣自然资〔2026〕1号,是"
      for (text, expected) in [
        (documented, ["宣自然资〔2026〕1号", "true", "100"]),
        ("\(header)\n\(row)", ["宣自然资〔2026〕1号", "true", "100"]),
        ("\(header)\n\(row.replacing(",100,", with: ",120,"))", ["宣自然资〔2026〕1号", "true", "120"]),
        ("\(header),document_no\n\(row),", ["", "true", "100"]),
      ] {
        let report = try await run(pool, ["land_quotas.csv": text])
        #expect(report.isAccepted, "\(report.faultLines())")
        let stored = try await pool.query(
          """
          SELECT ARRAY[coalesce(document_no, ''), carry_over::text, trim_scale(amount)::text]
          FROM registry.land_quotas WHERE code = 'Q1'
          """
        ).only([String].self)
        #expect(stored == expected)
      }
    }
  }

  @Test func testNothingIsKnownAsOfADayToCome() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      let today = try await pool.query(
        "SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date"
      ).only(DateOnly.self)
      let options = ImportOptions(asOf: today.adding(days: 2))
      let before = try await pool.query("SELECT count(*) FROM audit.event").only(Int.self)
      let refused = try await run(pool, ImportFixture.city, options)
      #expect(refused.faults.map(\.code) == ["future_date"])
      #expect(try await pool.query("SELECT count(*) FROM audit.event").only(Int.self) == before)
      let taken = try await run(pool, ImportFixture.city, ImportOptions(asOf: today))
      #expect(taken.isAccepted, "\(taken.faultLines())")
    }
  }

  @Test func testUpdateKeepsHistory() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      let early = try #require(DateOnly(year: 2025, month: 11, day: 1))
      let later = try #require(DateOnly(year: 2025, month: 11, day: 5))
      #expect(try await run(pool, ImportFixture.city, ImportOptions(asOf: early)).isAccepted)
      var changed = ImportFixture.city
      changed["banks.csv"] = changed["banks.csv"]?.replacingOccurrences(of: "6000", with: "7000")
      let report = try await run(pool, changed, ImportOptions(asOf: later))
      #expect(report.tables.reduce(0) { $0 + $1.updated } == 1)
      #expect(report.tables.reduce(0) { $0 + $1.inserted } == 0)
      for (time, limit) in [
        ("2025-11-01 23:59:59.999999+08", 6000), ("2025-11-05 23:59:59+08", 6000),
        ("2025-11-05 23:59:59.999999+08", 7000),
      ] {
        let rows = try await pool.query(
          """
          SELECT (r ->> 'client_limit_wan')::bigint
          FROM audit.rows_as_of('registry.banks', \(time)::timestamptz) r
          """)
        #expect(try rows.decode(Int.self) == [limit], "as of \(time)")
      }
    }
  }

  @Test func testDryRun() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      let before = try await ImportFixture.events(pool)
      let report = try await run(pool, ImportFixture.city, ImportOptions(dryRun: true))
      #expect(report.isAccepted && report.isDryRun)
      #expect(report.tables.first { $0.table == "enterprises" }?.inserted == 2)
      #expect(try await ImportFixture.contents(pool).isEmpty)
      #expect(try await ImportFixture.events(pool) == before)
    }
  }

  /// Another prefecture brings its own chains and universities under the same codes.
  @Test func testSecondPrefecture() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      #expect(try await run(pool, ImportFixture.city).isAccepted)
      var second: [String: String] = [:]
      second["regions.csv"] = "code,name,kind,parent\n341700,池州市,prefecture,\n341702,贵池区,county,"
      second["chains.csv"] = "code,name,industry_divisions\nC01,另一条链,C30"
      second["enterprises.csv"] =
        "uscc,name,region,industry,chain,size\n91341802YBTR2J9U08,池州企业,341702,3012,C01,small"
      second["universities.csv"] = "code,name,max_experts\n4131010248,样本大学,3"
      let report = try await run(pool, second)
      #expect(report.isAccepted, "\(report.faultLines())")
      let chains = try await pool.query(
        "SELECT jurisdiction, name FROM registry.chains ORDER BY jurisdiction")
      let names = try chains.decode(String.self, String.self).map { "\($0.0) \($0.1)" }
      #expect(names == ["341700 另一条链", "341800 汽车零部件"])
      let homes = try await pool.query(
        "SELECT jurisdiction, department, industry FROM registry.enterprises WHERE region = '341702'"
      )
      let home = try #require(try homes.decode(String.self, String.self, String.self).first)
      #expect(home == ("341700", "county:341702", "C3012"))

      // Alone, a bank could belong to either; with the prefecture stated it is stored there.
      let bank = ["banks.csv": "code,name,kind,max_chains,client_limit_wan\nB9,x,city,1,1"]
      #expect(try await run(pool, bank).faults.map(\.code) == ["no_jurisdiction"])
      #expect(try await run(pool, bank, ImportOptions(jurisdiction: "341700")).isAccepted)
      let other = try await run(pool, bank, ImportOptions(jurisdiction: "341800"))
      #expect(other.faults.map(\.code) == ["elsewhere"])
    }
  }

  /// A period that only the database holds stands in the way, unless the import moves it.
  @Test func testOverlapWithStored() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      #expect(try await run(pool, ImportFixture.city).isAccepted)
      let header = "bank,period_start,period_end,amount_wan\n"
      let rows = ["credit_lines.csv": header + "B1,2026-09-15,2026-09-20,1"]
      #expect(try await run(pool, rows).faults.map(\.code) == ["overlapping_period"])
      let moved = [
        "credit_lines.csv": header + "B1,2026-09-15,2026-09-30,1\nB1,2026-07-01,2026-09-14,6000"
      ]
      #expect(try await run(pool, moved).isAccepted)
    }
  }

  /// An enterprise that moves takes its requests along.
  @Test func testMove() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      #expect(try await run(pool, ImportFixture.city).isAccepted)
      var moved = ImportFixture.city.filter { $0.key == "enterprises.csv" }
      moved["enterprises.csv"] = moved["enterprises.csv"]?.replacingOccurrences(
        of: "一,341802", with: "一,341881")
      #expect(try await run(pool, moved).isAccepted)
      let rows = try await pool.query("SELECT department FROM registry.land_requests")
      #expect(try rows.decode(String.self) == ["county:341881"])
    }
  }

  @Test func testHeaderOnly() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      var files = ImportFixture.city
      files["homes.csv"] = "code,region,estate,area_m2,rooms\n"
      let report = try await run(pool, files)
      #expect(report.isAccepted)
      #expect(report.tables.first { $0.table == "homes" }?.rows == 0)
    }
  }
}
