import Foundation
import Postgres
import Testing

@testable import Allocation

/// Each kind of fault: its own name, its place, and a database that is just as before.
@Suite struct ImportFaultTests {
  @Test func testFaults() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      for fault in ImportFaultCase.all { try await check(fault, pool) }
    }
  }

  private func check(_ fault: ImportFaultCase, _ pool: Pool) async throws {
    var files = ImportFixture.city
    let text = try #require(files[fault.file])
    let spoilt = fault.spoil(text)
    #expect(spoilt != text, "\(fault)")
    files[fault.file] = spoilt
    let report = try await refused(files.mapValues { Array($0.utf8) }, pool)
    let told = try #require(
      report.faults.first { $0.code == fault.code }, "\(fault): \(report.faultLines())")
    #expect(told.file.hasSuffix("/" + fault.file), "\(fault)")
    #expect(told.line == fault.line, "\(fault)")
    if let column = fault.column { #expect(told.column?.hasPrefix(column) == true, "\(fault)") }
    if let value = fault.value {
      #expect(told.value == value, "\(fault)")
      #expect(told.text().contains("“\(value)”") && told.text(.english).contains("“\(value)”"))
    }
    #expect(!told.message().isEmpty && !told.remedy().isEmpty)
    #expect(!told.message(.english).isEmpty && !told.remedy(.english).isEmpty)
  }

  /// Imports the files into an empty registry and expects that nothing comes of it.
  private func refused(
    _ files: [String: [UInt8]], _ pool: Pool, options: ImportOptions = ImportOptions()
  ) async throws -> ImportReport {
    let before = try await ImportFixture.events(pool)
    let report = try await ImportFixture.withFolder(bytes: files) { folder in
      try await Importer(pool: pool).run(paths: [folder], options: options)
    }
    #expect(!report.isAccepted && report.tables.isEmpty)
    let stored = try await ImportFixture.contents(pool)
    #expect(stored.isEmpty)
    let after = try await ImportFixture.events(pool)
    #expect(after == before)
    return report
  }

  private func refused(
    _ files: [String: String], bytes: [String: [UInt8]] = [:],
    options: ImportOptions = ImportOptions()
  ) async throws -> ImportReport {
    let all = files.mapValues { Array($0.utf8) }.merging(bytes) { $1 }
    return try await ImportFixture.withDatabase { pool async throws in
      try await refused(all, pool, options: options)
    }
  }

  @Test(arguments: [
    ([] as [UInt8], "empty_file"), (Array("\r\n\r\n".utf8), "empty_file"),
    ([0xFF, 0xFE, 0x61, 0x00], "utf16"), ([0x50, 0x4B, 0x03, 0x04], "workbook"),
    (Array("code\n".utf8) + [0xB1, 0xE0, 0xFF, 0xFF], "undecodable"),
    (Array("code\tname\tkind\nB1\tx\tstate\n".utf8), "wrong_separator"),
  ])
  func testFile(bytes: [UInt8], code: String) async throws {
    let report = try await refused(ImportFixture.city, bytes: ["banks.csv": bytes])
    #expect(report.faults.map(\.code) == [code], "and no fault in what refers to banks")
  }

  /// Bytes of other encodings pass for GB18030, and would be nonsense.
  @Test(arguments: ForeignName.allCases)
  func testForeignEncoding(name: ForeignName) async throws {
    let head = "code,name,kind,max_chains,client_limit_wan\nB1,"
    let bytes = Array(head.utf8) + name.bytes + Array(",state,4,6000\n".utf8)
    let report = try await refused(ImportFixture.city, bytes: ["banks.csv": bytes])
    #expect(report.faults.map(\.code) == [name.isShort ? "ambiguous_encoding" : "undecodable"])
  }

  /// So few characters that the damaged ones might be GB18030: the line is that of the damage.
  @Test func testDamagedUTF8OfFewCharacters() async throws {
    let head = "code,name,kind,max_chains,client_limit_wan\nB1,样本银行,state,4,6000\nB2,"
    let bytes = Array(head.utf8) + [0xFF, 0xFE, 0xFF, 0x81] + Array(",state,4,6000\n".utf8)
    let report = try await refused(ImportFixture.city, bytes: ["banks.csv": bytes])
    #expect(report.faults.map(\.code) == ["undecodable"])
    #expect(report.faults.first?.line == 3)
  }

  enum ForeignName: CaseIterable {
    case big5, latin1, shiftJIS, mixed

    /// 樣本銀行合作發展股份, Crédit Agricole, サンプル銀行, and 样本银行 once in UTF-8 and once in GB18030.
    var bytes: [UInt8] {
      switch self {
      case .big5:
        [
          0xBC, 0xCB, 0xA5, 0xBB, 0xBB, 0xC8, 0xA6, 0xE6, 0xA6, 0x58, 0xA7, 0x40, 0xB5, 0x6F, 0xAE,
          0x69, 0xAA, 0xD1, 0xA5, 0xF7,
        ]
      case .latin1: Array("Cr".utf8) + [0xE9] + Array("dit Agricole".utf8)
      case .shiftJIS: [0x83, 0x54, 0x83, 0x93, 0x83, 0x76, 0x83, 0x8B, 0x8B, 0xE2, 0x8D, 0x73]
      case .mixed:
        Array("样本银行,state,4,6000\nB2,".utf8) + [0xD1, 0xF9, 0xB1, 0xBE, 0xD2, 0xF8, 0xD0, 0xD0]
      }
    }

    /// Too few characters to tell.
    var isShort: Bool { self == .latin1 || self == .shiftJIS }
  }

  /// What a spoilt file says of itself is all that is said: rows that refer to it are not at fault.
  @Test(arguments: [
    ("banks.csv", "样本银行", "\"样本银行", "unclosed_quote"),
    ("banks.csv", "code", "kode", "unknown_column"),
    ("regions.csv", "code", "kode", "unknown_column"),
  ])
  func testOneFaultIsToldOnce(file: String, old: String, new: String, code: String) async throws {
    var files = ImportFixture.city
    files[file] = files[file].flatMap { text in
      text.range(of: old).map { text.replacingCharacters(in: $0, with: new) }
    }
    let report = try await refused(files)
    #expect(report.faults.first?.code == code)
    #expect(report.faults.allSatisfy { $0.file.hasSuffix("/" + file) }, "\(report.faultLines())")
  }

  @Test func testBlankHeadingsAndFilesOfOpenWorkbooks() async throws {
    var files = ImportFixture.city
    files["~$banks.xlsx"] = "x"
    files["banks.csv"] = files["banks.csv"]?.split(separator: "\n").map { $0 + ",\n" }.joined()
    let report = try await refused(files)
    #expect(report.faults.map(\.code) == ["blank_heading"])
    #expect(report.faultLines().first?.contains("第 6 列") == true, "\(report.faultLines())")
  }

  @Test func testAListOfFaultsThatCannotBeWritten() async throws {
    var files = ImportFixture.city
    files["banks.csv"] = files["banks.csv"]?.replacingOccurrences(of: ",state,", with: ",x,")
    let report = try await refused(files, options: ImportOptions(errorsPath: "/nowhere/faults.csv"))
    #expect(report.faults.map(\.code) == ["unwritable", "unknown_word"])
  }

  @Test func testUnknownTable() async throws {
    var files = ImportFixture.city
    files["bank.csv"] = files.removeValue(forKey: "banks.csv")
    let report = try await refused(files)
    let told = try #require(report.faults.first { $0.code == "unknown_table" })
    #expect(told.remedy().contains("banks（银行）"))
  }

  @Test func testNoFile() async throws {
    try await ImportFixture.withDatabase { pool async throws in
      let report = try await Importer(pool: pool).run(paths: ["/nowhere/banks.csv"])
      #expect(report.faults.map(\.code) == ["no_such_file"])
    }
  }

  /// One run tells all faults of all files, and writes them where asked.
  @Test func testAllFaultsAtOnce() async throws {
    var files = ImportFixture.city
    for fault in ImportFaultCase.all where ["not_number", "unknown_word"].contains(fault.code) {
      files[fault.file] = files[fault.file]?.replacingOccurrences(
        of: fault.change.0, with: fault.change.1)
    }
    try await ImportFixture.withFolder([:]) { place in
      let path = place + "/faults.csv"
      let report = try await refused(files, options: ImportOptions(errorsPath: path))
      #expect(Set(report.faults.map(\.code)) == ["not_number", "unknown_word"])
      #expect(report.faultCount == 3)
      let written = try Table.rows(String(contentsOf: URL(filePath: path), encoding: .utf8))
      #expect(written.map { $0["line"] } == ["2", "2", "2"])
      #expect(written.contains { $0["column"] == "investment_wan（固定资产投资）" })
    }
  }

  @Test func testFirstFaultsOnly() async throws {
    var files = ImportFixture.city
    let rows = (1...250).map { "B\($0),,state,4,6000" }
    files["banks.csv"] =
      "code,name,kind,max_chains,client_limit_wan\n" + rows.joined(separator: "\n")
    files["loan_products.csv"] = nil
    files["credit_lines.csv"] = nil
    let report = try await refused(files)
    #expect(report.faultCount == 250 && report.faults.count == 200)
    #expect(report.faultLines().count == 201)
  }

  @Test func testNoPrefecture() async throws {
    let banks = ImportFixture.city.filter { $0.key == "banks.csv" }
    let report = try await refused(banks)
    #expect(report.faults.map(\.code) == ["no_jurisdiction"])
    let stated = try await refused(banks, options: ImportOptions(jurisdiction: "341800"))
    #expect(stated.faults.map(\.code) == ["unknown_jurisdiction"])
  }

  /// A file of 1 GB without a line end is refused at once; what is not read costs nothing.
  @Test func testEndlessLine() async throws {
    try await ImportFixture.withFolder(["banks.csv": "code,name\n"]) { folder in
      let path = folder + "/banks.csv"
      let file = try FileHandle(forWritingTo: URL(filePath: path))
      try file.seekToEnd()
      try file.write(contentsOf: Data(repeating: 0x78, count: 3 << 20))
      try file.truncate(atOffset: 1 << 30)
      try file.close()
      try await ImportFixture.withDatabase { pool async throws in
        let report = try await Importer(pool: pool).run(
          paths: [path], options: ImportOptions(jurisdiction: "341800"))
        #expect(report.faults.first { $0.code == "line_too_long" }?.line == 2)
        let stored = try await ImportFixture.contents(pool)
        #expect(stored.isEmpty)
      }
    }
  }
}
