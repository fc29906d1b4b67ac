import Foundation
import Postgres
import TestSupport

@testable import Allocation

/// A small office with a rotation mechanism: three hosts, three institution posts, a dozen talents.
enum RotationOffice {
  static let small = TestDatabase.Template("smallrotation") { configuration in
    let database = Database(login: configuration)
    _ = try await database.migrate()
    try await FinanceOffice.load(files(), into: database)
    await database.pool.close()
  }

  static let talentHeader =
    "code,name,university,degree,major,home_region,regions,available_from"

  static func talent(_ number: Int, from: String = "2026-11-01") -> String {
    let degree = ["doctor", "master", "bachelor"][number % 3]
    let regions = number % 2 == 0 ? "341802;341881" : "341881;341802"
    return
      "RC-\(number),人才\(number),4134010359,\(degree),0802,341802,\(regions),\(from)"
  }

  static let hostHeader =
    "number,uscc,submitted_on,majors,min_degree,min_seats,max_seats,start_on,months"

  static func host(_ number: Int, max: Int = 4, min: Int = 1, months: Int = 24) -> String {
    "RH-\(number),\(FinanceOffice.enterprises[number]),2026-10-01,0802;0805,bachelor,\(min),\(max),2026-12-01,\(months)"
  }

  static let postHeader = "code,institution,region,majors,headcount"

  static func post(_ number: Int, headcount: Int) -> String {
    "BZ-\(number),样本单位\(number),341802,0802;0827,\(headcount)"
  }

  /// RH-1 and RH-2 ask for two years, RH-3 for three.
  static func files(headcounts: [Int] = [5, 4, 4]) -> [String: [String]] {
    [
      "regions": [
        "code,name,kind,parent", "341800,宣城市,prefecture,", "341802,宣州区,county,341800",
        "341881,宁国市,county,341800",
      ],
      "chains": ["code,name,industry_divisions,majors", "C01,汽车零部件,C36;C34,0802;0808"],
      "enterprises": ["uscc,name,region,industry,chain,size,key"]
        + FinanceOffice.enterprises.prefix(4).enumerated().map { index, uscc in
          "\(uscc),样本企业\(index),\(index % 2 == 0 ? "341802" : "341881"),C3670,C01,large,true"
        },
      "universities": ["code,name,max_experts", "4134010359,合肥工业大学,5"],
      "talents": [talentHeader] + (1...12).map { talent($0) },
      "host_posts": [hostHeader, host(1), host(2), host(3, months: 36)],
      "institution_posts": [postHeader]
        + headcounts.enumerated().map { post($0.offset + 1, headcount: $0.element) },
    ]
  }

  static func day(_ text: String) -> DateOnly { RotationFixture.day(text) }
}

extension Database {
  /// A rotation night with its round.
  @discardableResult
  func rotationNight(_ date: DateOnly) async throws -> Night.Outcome {
    try await Night(pool: pool, actor: "test").run(on: date, mechanisms: [.rotation])
      .first.orThrow()
  }

  /// What dates bring about on a night, without its round.
  func movePlacements(on date: DateOnly) async throws {
    try await pool.transaction { connection in
      try await connection.beginEvent(Cause(actor: "t", reason: "\(date)", action: "nightly work"))
      try await Rotation.nightlyWork(
        in: RoundScope(mechanism: .rotation, jurisdiction: "341800", businessDate: date),
        on: connection)
    }
  }

  /// Accepts the live offers of talents; all of them if none are named.
  func acceptOffers(of talents: [String] = [], on date: DateOnly) async throws {
    let offers = try await pool.query(
      "SELECT offer_id, request FROM allocation.offer WHERE state = 'offered' ORDER BY offer_id"
    ).decode(Int.self, String.self)
    for (offer, talent) in offers where talents.isEmpty || talents.contains(talent) {
      try await OfferDesk(pool: pool).answer(
        offer, OfferAnswer(.accept, by: "human_resources", on: date))
    }
  }

  /// The office takes the offers back that nobody has answered.
  func withdrawOffers(on date: DateOnly) async throws {
    let offers = try await pool.query(
      "SELECT offer_id FROM allocation.offer WHERE state = 'offered' ORDER BY offer_id"
    ).decode(Int.self)
    for offer in offers {
      try await OfferDesk(pool: pool).answer(
        offer, OfferAnswer(.withdraw, by: OfferAnswer.office, on: date))
    }
  }

  /// A manual placement, straight on the desk.
  func place(
    _ talent: String, _ host: String, _ post: String, start: String = "2026-12-01",
    months: Int? = nil, on date: String = "2026-11-20"
  ) async throws {
    try await PlacementDesk(pool: pool).place(
      .init(
        talent: talent, hostPost: host, institutionPost: post,
        startsOn: RotationOffice.day(start), months: months, documentNo: "宣人社〔2026〕\(talent)号"),
      on: RotationOffice.day(date), by: "经办人")
  }

  func placementState(_ talent: String) async throws -> String {
    try await pool.one(
      "SELECT state || ' ' || state_on FROM rotation.placement WHERE talent = \(talent) ORDER BY placement_id DESC LIMIT 1"
    )
  }
}
