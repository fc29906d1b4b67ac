import Postgres
import TestSupport

@testable import Allocation

/// A small office with techvp: two universities with caps, six experts, six requests, some ranks.
enum TechVPOffice {
  static let universities = ["4134010359", "4134010357"]
  static let start = TechVPFixture.day("2026-01-12")

  static let small = TestDatabase.Template("smalltechvp") { configuration in
    let database = Database(login: configuration)
    _ = try await database.migrate()
    try await FinanceOffice.load(files(), into: database)
    await database.pool.close()
  }

  /// Expert and request i fit each other best; expert 0 and request 1 rank each other first.
  static func files() -> [String: [String]] {
    [
      "regions": [
        "code,name,kind,parent", "341800,宣城市,prefecture,", "341802,宣州区,county,341800",
      ],
      "chains": ["code,name,industry_divisions", "C01,汽车零部件,C36;C34"],
      "enterprises": ["uscc,name,region,industry,chain,size,rating"]
        + FinanceOffice.enterprises.enumerated().map { index, uscc in
          "\(uscc),宣城样本企业\(index),341802,C3670,C01,medium,A"
        },
      "universities": ["code,name,max_experts", "4134010359,合肥工业大学,3", "4134010357,安徽大学,2"],
      "experts": [
        "code,name,university,title,fields,regions,available_from,days_per_month,past_projects"
      ]
        + (0..<6).map { index in
          "ZJ-\(index),欧阳专家\(index),\(universities[index % 2]),professor,4.\(index);8.1,341802,2026-01-01,6,\(index)"
        },
      "expert_requests": [requestHeader] + (0..<6).map { request("KJ-\($0)", $0) },
      "expert_rankings": [
        "side,request,expert,rank", "enterprise,KJ-1,ZJ-0,1", "expert,KJ-1,ZJ-0,1",
        "expert,KJ-0,ZJ-0,2", "enterprise,KJ-0,ZJ-0,1",
      ],
    ]
  }

  static let requestHeader =
    "number,uscc,submitted_on,problem,fields,min_title,days_per_month,start_on,months"

  static func request(_ number: String, _ enterprise: Int, months: Int = 24) -> String {
    "\(number),\(FinanceOffice.enterprises[enterprise % 8]),2026-01-05,样本难题,4.\(enterprise % 6);8.1,associate_professor,4,2026-02-01,\(months)"
  }
}

extension Database {
  @discardableResult
  func techVPNight(_ date: DateOnly) async throws -> Night.Outcome {
    try await Night(pool: pool, actor: "test").run(on: date, mechanisms: [.techvp]).first.orThrow()
  }

  /// What a night does about appointments, without its round.
  func techVPDates(_ date: DateOnly) async throws {
    try await pool.transaction { connection in
      try await connection.beginEvent(
        Cause(actor: "test", reason: "\(date)", action: "nightly work"))
      try await TechVP.nightlyWork(
        in: RoundScope(mechanism: .techvp, jurisdiction: "341800", businessDate: date),
        on: connection)
    }
  }

  @discardableResult
  func appoint(
    _ step: AppointmentStep, _ request: String, by party: String = "office", on date: DateOnly
  ) async throws -> AppointmentState {
    try await AppointmentDesk(pool: pool).record(step, request: request, by: party, on: date)
  }

  /// Brings an offered appointment to its term: consent and agreement on `date`.
  func agree(
    _ request: String, startingOn start: DateOnly, months: Int? = nil, on date: DateOnly
  ) async throws {
    let university: String = try await pool.one(
      "SELECT 'university:' || university FROM report.appointment WHERE request = \(request) AND state = 'offered'"
    )
    try await appoint(.consent, request, by: university, on: date)
    try await appoint(
      .agree(documentNo: "三方〔2026〕\(request)", startsOn: start, months: months), request,
      on: date)
  }
}
