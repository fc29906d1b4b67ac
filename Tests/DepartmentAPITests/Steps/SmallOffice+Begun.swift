import Allocation
import Postgres
import Testing

@testable import DepartmentAPI

extension SmallOffice {
  /// Begins every life somewhere, so that there is a row behind every path.
  ///
  /// - Returns: tokens of everybody who has a part in it.
  @discardableResult
  func begun() async throws -> [String] {
    try await placed()
    try await ranked()
    try await consulted()
    try await listed()
    let land = try await token("natural_resources")
    for offer in await get("/v1/offers?mechanism=land&state=offered", land).items {
      let party = try await token(offer["department"] as? String ?? "")
      _ = await harness.post(
        "/v1/offers/\(offer["offer_id"] ?? "")/accept", token: party, "{}",
        version: offer["etag"] as? String)
    }
    try await asked()
    return try await everybody()
  }

  private func placed() async throws {
    let human = try await token("human_resources")
    for (talent, host, post) in [("RC-1", "RH-1", "BZ-1"), ("RC-2", "RH-2", "BZ-2")] {
      let placed = await harness.post(
        "/v1/placements", token: human,
        #"""
        {"talent":"\#(talent)","host_post":"\#(host)","institution_post":"\#(post)",
        "starts_on":"2026-12-01","document_no":"X-\#(talent)"}
        """#)
      #expect(placed.status == 201, "\(placed.text)")
    }
  }

  private func ranked() async throws {
    for school in ["4134010359", "4134010357"] {
      let filed = await harness.post(
        "/v1/rankings", token: try await token("university:\(school)"),
        #"{"side":"expert","party":"\#(school.hasSuffix("9") ? "ZJ-1" : "ZJ-2")","choices":["KJ-1"]}"#
      )
      #expect(filed.status == 201, "\(filed.text)")
    }
  }

  private func listed() async throws {
    let absent = await harness.post(
      "/v1/chain-absences", token: try await token("industry"),
      #"""
      {"chain":"C02","from":"2027-01-01","reason":"x","document_no":"x","jurisdiction":"341800"}
      """#)
    #expect(absent.status == 201, "\(absent.text)")
    let conflict = await harness.post(
      "/v1/conflicts", token: try await token("science_technology"),
      #"""
      {"uscc":"91341821QX6R8JL55K","expert":"ZJ-2","kind":"owned","evidence":"x","since":"2024-03-01"}
      """#)
    #expect(conflict.status == 201, "\(conflict.text)")
  }

  private func consulted() async throws {
    let land = try await token("natural_resources")
    let planned = await harness.post(
      "/v1/consultations", token: land, #"{"session_on":"2026-11-28"}"#)
    #expect(planned.status == 201, "\(planned.text)")
    let path = "/v1/consultations/341800-2026-11-28"
    _ = await state(after: "open", of: path, land, #"{"attending":["office"]}"#)
    for county in ["341802", "341881"] {
      _ = await state(
        after: "decide", of: path, land,
        #"{"kind":"assign_task","department":"county:\#(county)","working_days":5,"note":"清理"}"#)
    }
  }

  /// A round is queued, a policy drafted, and a publication asked for.
  private func asked() async throws {
    let li = try await harness.token("office", .owner, person: "li")
    let queued = await harness.post("/v1/rounds", token: li, #"{"mechanism":"rotation"}"#)
    #expect(queued.status == 202, "\(queued.text)")
    let draft = await harness.post(
      "/v1/policies", token: li, #"{"base":2,"title":"x","parameters":{"land.clock.answer":7}}"#)
    #expect(draft.status == 201, "\(draft.text)")
    let round = await get("/v1/rounds?mechanism=techvp&limit=1", li).items[0]
    let act = await harness.post(
      "/v1/rounds/\(round["round_id"] ?? "")/publication", token: li,
      #"{"content_digest":"\#(round["content_digest"] ?? "")"}"#)
    #expect(act.status == 201, "\(act.text)")
  }

  private func everybody() async throws -> [String] {
    var tokens: [String] = []
    for department in [
      "natural_resources", "finance_office", "science_technology", "human_resources", "industry",
      "bank:BA", "bank:BB", "bank:BC", "university:4134010359", "university:4134010357",
      "county:341802", "county:341881", "institution:样本单位一",
    ] {
      tokens.append(try await token(department))
    }
    tokens.append(try await harness.token("office", .owner, person: "li"))
    tokens.append(try await harness.token("office", .approver, person: "wang"))
    tokens.append(try await token("audit", .auditor))
    return tokens
  }
}
