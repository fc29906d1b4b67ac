import Foundation
import Postgres
import TestSupport

@testable import Allocation

/// A small office with a finance mechanism: three banks, two chains, a handful of requests, the
/// banks of 2026 designated.
enum FinanceOffice {
  static let banks = ["BA", "BB", "BC"]

  static let small = TestDatabase.Template("smallfinance") { configuration in
    let database = Database(login: configuration)
    _ = try await database.migrate()
    try await load(files(), into: database)
    let term = try Term(year: 2026).orThrow()
    _ = try await Designator(pool: database.pool, actor: "test")
      .run(term: term, on: FinanceFixture.day("2026-01-16"))
    await database.pool.close()
  }

  /// The sample city with the banks of 2026 designated.
  static let city = TestDatabase.Template("designatedcity") { configuration in
    let database = Database(login: configuration)
    _ = try await database.migrate()
    let report = try await Importer(pool: database.pool).run(SampleCity.spreadsheets)
    guard report.isAccepted else { throw OfficeError(lines: report.faultLines()) }
    let term = try Term(year: 2026).orThrow()
    _ = try await Designator(pool: database.pool, actor: "test")
      .run(term: term, on: SampleCity.businessDate)
    await database.pool.close()
  }

  /// Imports files that are made of lines.
  static func load(_ files: [String: [String]], into database: Database) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "finance-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, lines) in files {
      let text = lines.joined(separator: "\n") + "\n"
      try text.write(
        to: folder.appending(path: "\(name).csv"), atomically: true, encoding: .utf8)
    }
    let report = try await Importer(pool: database.pool).run(paths: [folder.path])
    guard report.isAccepted else { throw OfficeError(lines: report.faultLines()) }
  }

  static let enterprises = [
    "91341802CR63F0WT2P", "913418217HLUH44C6M", "91341821QX6R8JL55K", "91341802NGF8PC5J7L",
    "913418218W3WPPPX3W", "91341802MR1JELYE2D", "913418829MQLKYW752", "91341882CWNEL1LF2E",
  ]

  static let requestHeader =
    "number,uscc,submitted_on,amount_wan,term_months,collateral,max_rate_pct,purpose,first_loan,needed_by"

  static func request(
    _ number: String, _ enterprise: Int, amount: Int = 500, purpose: String = "working_capital",
    from: String = "2026-01-15"
  ) -> String {
    "\(number),\(enterprises[enterprise]),\(from),\(amount),12,credit;mortgage,4.50,\(purpose),false,2026-12-31"
  }

  static func lines(floor: Int) -> [String] {
    ["bank,period_start,period_end,amount_wan,inclusive_floor_wan"]
      + banks.map { "\($0),2026-01-01,2026-12-31,3000,\(floor)" }
  }

  /// BA and BB are strong in C01, BA and BC in C02; the last enterprise is on no chain.
  private static func files() -> [String: [String]] {
    [
      "regions": [
        "code,name,kind,parent", "341800,宣城市,prefecture,", "341802,宣州区,county,341800",
      ],
      "chains": ["code,name,industry_divisions", "C01,汽车零部件,C36;C34", "C02,光伏新能源,C38;C39"],
      "enterprises": ["uscc,name,region,industry,chain,size,rating"]
        + enterprises.enumerated().map { index, uscc in
          let chain = index == 7 ? "" : index < 5 ? "C01" : "C02"
          return
            "\(uscc),宣城样本企业\(index),341802,C3670,\(chain),\(index % 2 == 0 ? "small" : "medium"),A"
        },
      "banks": ["code,name,kind,max_chains,client_limit_wan"]
        + banks.map { "\($0),样本银行\($0),city,2,1500" },
      "credit_lines": lines(floor: 500),
      "loan_products": [
        "code,bank,name,collateral,min_wan,max_wan,max_months,rate_pct,min_rating,sizes"
      ] + banks.map { "\($0)-1,\($0),样本产品,credit,10,2000,36,4.00,BB,large;medium;small;micro" },
      "bank_chain_history": [
        "bank,chain,clients,outstanding_wan,bad_loan_pct", "BA,C01,40,40000,0.5",
        "BB,C01,30,30000,0.5", "BA,C02,30,20000,0.5", "BC,C02,40,40000,0.5",
      ],
      "finance_requests": [
        requestHeader, request("RZ-1", 0), request("RZ-2", 1, amount: 800),
        request("RZ-3", 5), request("RZ-4", 7),
      ],
    ]
  }
}

struct Missing: Error {}

extension Optional {
  func orThrow() throws -> Wrapped {
    guard let self else { throw Missing() }
    return self
  }
}

extension Database {
  /// A finance night, and nothing else of that night.
  @discardableResult
  func financeNight(_ date: String) async throws -> Night.Outcome {
    let outcomes = try await Night(pool: pool, actor: "test")
      .run(on: FinanceFixture.day(date), mechanisms: [.finance])
    return try outcomes.first.orThrow()
  }

  /// What a night does about silence, without its round.
  func endSilence(on date: String) async throws {
    try await pool.transaction { connection in
      try await connection.beginEvent(Cause(actor: "t", reason: "silence", action: "nightly work"))
      try await Finance.nightlyWork(
        in: RoundScope(
          mechanism: .finance, jurisdiction: "341800", businessDate: FinanceFixture.day(date)),
        on: connection)
    }
  }

  /// Records a step.
  func step(_ step: MatchStep, _ request: String, _ bank: String, _ date: String) async throws {
    try await MatchDesk(pool: pool, actor: "test").record(
      step, request: request, bank: bank, by: "经办人", on: FinanceFixture.day(date))
  }

  /// The bank to which a request is offered.
  func bank(of request: String) async throws -> String {
    try await pool.one(
      """
      SELECT bank FROM finance.match WHERE request = \(request) ORDER BY offer_id DESC LIMIT 1
      """)
  }
}
