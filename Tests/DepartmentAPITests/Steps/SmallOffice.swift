import Allocation
import Foundation
import Postgres
import TestSupport
import Testing

@testable import DepartmentAPI

/// An office of a few rows, the banks of 2026 designated, after a night of land, finance and tech VP
/// on Friday 2026-11-27. What its API takes for today is the test's to say.
struct SmallOffice {
  let harness: Harness
  let clock: Locked<DateOnly>

  static let night = day("2026-11-27")

  static func day(_ text: String) -> DateOnly { DateOnly(text: text) ?? night }

  /// - Parameter today: a working day after the night.
  static func with(
    today: String = "2026-11-30", _ body: (SmallOffice) async throws -> Void
  ) async throws {
    let clock = Locked(day(today))
    let now: @Sendable () -> DateOnly = { clock.withLock { $0 } }
    try await Harness.with(template, clock: now) { harness in
      try await body(SmallOffice(harness: harness, clock: clock))
    }
  }

  func turn(to today: String) { clock.withLock { $0 = Self.day(today) } }

  func token(_ department: String, _ role: Role = .owner) async throws -> String {
    try await harness.token(department, role)
  }

  func get(_ path: String, _ token: String) async -> Reply {
    await harness.call("GET", path, token: token)
  }

  /// Takes a step on a row as it is now.
  func take(
    _ step: String, of path: String, _ token: String, _ body: String = "{}",
    key: String = UUID().uuidString
  ) async -> Reply {
    let row = await get(path, token)
    guard let version = row.object["etag"] as? String else { return row }
    return await harness.post("\(path)/\(step)", token: token, body, version: version, key: key)
  }

  /// Takes a step that has to succeed, and gives the state that the row is in then.
  func state(
    after step: String, of path: String, _ token: String, _ body: String = "{}"
  ) async -> String? {
    let reply = await take(step, of: path, token, body)
    #expect(reply.status == 200, "\(step): \(reply.status) \(reply.text)")
    return reply.object["state"] as? String
  }

  /// Takes a step that has to be refused; with its words in both languages, and no change.
  func refusal(
    of step: String, _ path: String, _ token: String, _ body: String = "{}"
  ) async -> String? {
    let before = await get(path, token)
    let reply = await take(step, of: path, token, body)
    #expect((400..<500).contains(reply.status), "\(step): \(reply.status) \(reply.text)")
    #expect(reply.object["remedy"] as? String != nil)
    #expect(await get(path, token).body == before.body)
    return reply.code
  }

  /// Asks for an override and has another person approve it.
  func overrule(_ kind: String, _ content: String, by department: String) async throws -> Reply {
    let li = try await harness.token(department, .clerk, person: "li")
    let wang = try await harness.token("office", .approver, person: "wang")
    let asked = await harness.post(
      "/v1/overrides", token: li, #"{"kind":"\#(kind)","content":\#(content)}"#)
    guard asked.status == 201, let act = asked.header("Location") else { return asked }
    return await harness.post(
      act + "/approve", token: wang,
      #"{"content_digest":"\#(asked.object["content_digest"] ?? "")"}"#,
      version: asked.object["etag"] as? String)
  }

  func night(_ date: String, _ mechanism: MechanismName) async throws {
    _ = try await Night(pool: harness.database.pool, actor: "test")
      .run(on: Self.day(date), mechanisms: [mechanism])
  }

  static let template = TestDatabase.Template("apioffice") { configuration in
    let database = Database(login: configuration)
    _ = try await database.migrate()
    let files = sheets.map { ImportText(name: "\($0.key).csv", text: $0.value + "\n") }
    let report = try await Importer(pool: database.pool).run(files)
    guard report.isAccepted else { throw Refused(lines: report.faultLines()) }
    guard let term = Term(year: 2026) else { throw Refused(lines: ["2026"]) }
    _ = try await Designator(pool: database.pool, actor: "test").run(term: term, on: night)
    _ = try await Night(pool: database.pool, actor: "test")
      .run(on: night, mechanisms: [.land, .finance, .techvp])
    await database.pool.close()
  }

  struct Refused: Error { let lines: [String] }
}

extension SmallOffice {
  /// Two counties; TD-1 and TD-3 get land, TD-2 lacks construction land, TD-4 is outbid.
  static let sheets = TownSheets.all.merging(own) { _, own in own }

  /// What is otherwise here than in the town, or not there at all.
  private static let own: [String: String] = [
    "chains": """
    code,name,industry_divisions,majors
    C01,汽车零部件,C36;C34,0802;0808
    C02,光伏新能源,C38;C39,0808
    """,
    "enterprises": """
    uscc,name,region,industry,chain,size,key,rating
    91341802CR63F0WT2P,宣城样本企业0,341802,C3670,C01,small,true,A
    913418217HLUH44C6M,宣城样本企业1,341881,C3670,C01,medium,true,A
    91341821QX6R8JL55K,宣城样本企业2,341802,C3670,C02,small,true,A
    """,
    "parcels": """
    code,region,land_use,area_mu,divisible,min_lot_mu,farmland_mu,allowed_divisions,\
    min_investment_wan_per_mu,min_tax_wan_per_mu,ready_on
    DK-A,341802,0601,50,true,5,10,C36,200,10,2026-10-01
    DK-B,341881,0601,30,false,,0,C36,200,10,2026-10-01
    DK-C,341802,0601,40,true,5,0,C35,500,30,2026-10-01
    """,
    "land_requests": """
    number,uscc,project,submitted_on,industry,area_mu,min_area_mu,regions,investment_wan,tax_wan,\
    energy_tce,priority,needed_by
    TD-1,91341802CR63F0WT2P,项目一,2026-09-01,C3612,20,20,341802,6000,400,100,province,2027-06-30
    TD-2,91341802CR63F0WT2P,项目二,2026-09-01,C3612,20,15,341802,6000,400,100,ordinary,2027-06-30
    TD-3,913418217HLUH44C6M,项目三,2026-09-01,C3612,30,25,341881,9000,600,100,province,2027-06-30
    TD-4,913418217HLUH44C6M,项目四,2026-09-01,C3612,30,25,341881,9000,600,100,ordinary,2027-06-30
    TD-5,91341821QX6R8JL55K,项目五,2026-09-01,C3511,10,10,341802,3000,200,100,ordinary,2027-06-30
    """,
    "banks": """
    code,name,kind,max_chains,client_limit_wan
    BA,样本银行A,city,2,1500
    BB,样本银行B,city,2,1500
    BC,样本银行C,city,1,1500
    """,
    "credit_lines": """
    bank,period_start,period_end,amount_wan,inclusive_floor_wan
    BA,2026-01-01,2026-12-31,3000,0
    BB,2026-01-01,2026-12-31,3000,0
    BC,2026-01-01,2026-12-31,3000,0
    """,
    "loan_products": """
    code,bank,name,collateral,min_wan,max_wan,max_months,rate_pct,min_rating,sizes
    BA-1,BA,样本产品,credit,10,2000,36,4.00,BB,large;medium;small;micro
    BB-1,BB,样本产品,credit,10,2000,36,4.10,BB,large;medium;small;micro
    BC-1,BC,样本产品,credit,10,2000,36,4.00,BB,large;medium;small;micro
    """,
    "bank_chain_history": """
    bank,chain,clients,outstanding_wan,bad_loan_pct
    BA,C01,40,40000,0.5
    BB,C01,30,30000,0.5
    BB,C02,30,20000,0.5
    BC,C02,40,40000,0.5
    """,
    "finance_requests": """
    number,uscc,submitted_on,amount_wan,term_months,collateral,max_rate_pct,purpose,first_loan,needed_by
    RZ-1,91341802CR63F0WT2P,2026-11-01,500,12,credit;mortgage,4.50,working_capital,false,2026-12-31
    RZ-2,913418217HLUH44C6M,2026-11-01,800,12,credit,4.50,working_capital,false,2026-12-31
    RZ-3,91341821QX6R8JL55K,2026-11-01,300,12,credit,4.50,working_capital,false,2026-12-31
    """,
    "universities": """
    code,name,max_experts
    4134010359,合肥工业大学,3
    4134010357,安徽大学,2
    """,
    "experts": """
    code,name,university,title,fields,regions,available_from,days_per_month,past_projects
    ZJ-1,欧阳专家,4134010359,professor,4.1;8.1,341802;341881,2026-01-01,6,3
    ZJ-2,司马专家,4134010357,professor,4.2;8.1,341802;341881,2026-01-01,6,2
    """,
    "expert_requests": """
    number,uscc,submitted_on,problem,fields,min_title,days_per_month,start_on,months
    KJ-1,91341802CR63F0WT2P,2026-11-05,样本难题,4.1,associate_professor,4,2026-12-10,24
    KJ-2,913418217HLUH44C6M,2026-11-05,样本难题,4.2,associate_professor,4,2026-12-10,24
    """,
    "talents": """
    code,name,university,degree,major,home_region,regions,available_from
    RC-1,甲人才,4134010359,doctor,0802,341802,341802;341881,2026-11-01
    RC-2,乙人才,4134010359,master,0802,341802,341881;341802,2026-11-01
    RC-3,丙人才,4134010357,master,0802,341802,341802;341881,2026-11-01
    """,
    "host_posts": """
    number,uscc,submitted_on,majors,min_degree,min_seats,max_seats,start_on,months
    RH-1,91341802CR63F0WT2P,2026-10-01,0802;0805,bachelor,0,1,2026-12-01,24
    RH-2,913418217HLUH44C6M,2026-10-01,0802;0805,bachelor,0,2,2026-12-01,24
    """,
    "institution_posts": """
    code,institution,region,majors,headcount
    BZ-1,样本单位一,341802,0802;0827,1
    BZ-2,样本单位二,341881,0802;0827,2
    """,
  ]
}
