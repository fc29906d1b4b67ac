import Allocation
import Foundation
import Postgres
import TestSupport
import Testing

@testable import DepartmentAPI

@Suite("Overrides")
struct OverrideTests {
  /// 18 mu of a parcel for a request, in the session of 2026-11-21.
  private static let parcel = """
    {"kind":"allocate_land","content":{"session":"2026-11-21","request":"TD-2","parcel":"DK-A",
     "area_mu":"18"}}
    """

  private static let given: SQL = """
    SELECT count(*) FROM allocation.offer WHERE request = 'TD-2' AND state = 'accepted'
    """

  /// The pair of C01, BA and BB, the other way round.
  private static let swapped = """
    {"kind":"change_banks","content":{"chain":"C01","lead":"BB","partner":"BA","from":"2026-12-01",
     "reason":"主办行申请","document_no":"宣金〔2026〕18号"}}
    """

  private func open(_ harness: Harness) async throws {
    let sessions = try await SessionDesk(pool: harness.database.pool, jurisdiction: nil)
    let saturday = try #require(DateOnly(text: "2026-11-21"))
    _ = try await sessions.open(saturday, attending: ["office"], by: "office")
  }

  /// Writes past the API, in an event of its own.
  private func write(_ statements: [SQL], _ harness: Harness) async throws {
    try await harness.superuser.transaction { connection in
      try await connection.beginEvent(Cause(actor: "test", reason: "test", action: "test"))
      for statement in statements { try await connection.execute(statement) }
    }
  }

  private func withdraw(_ harness: Harness, _ act: String, _ token: String) async -> Reply {
    let row = await harness.call("GET", act, token: token)
    return await harness.post(
      act + "/withdraw", token: token, "{}", version: row.object["etag"] as? String)
  }

  /// Approves what was asked for, as Wang of the office.
  private func approve(_ harness: Harness, _ asked: Reply) async throws -> Reply {
    let wang = try await harness.token("office", .approver, person: "wang")
    let act = try #require(asked.header("Location"), "\(asked.text)")
    return await harness.post(
      act + "/approve", token: wang,
      #"{"content_digest":"\#(asked.object["content_digest"] ?? "")"}"#,
      version: asked.object["etag"] as? String)
  }

  @Test("A parcel is given by decision once another person has approved, and not before")
  func land() async throws {
    try await Harness.with(Harness.town) { harness in
      try await open(harness)
      let li = try await harness.token("natural_resources", .clerk, person: "li")
      func wish(_ area: String) -> String {
        """
        {"kind":"allocate_land","content":{"session":"2026-11-21","request":"TD-2","parcel":"DK-A",
         "area_mu":"\(area)"},"note":"重点项目"}
        """
      }
      let large = await harness.post("/v1/overrides", token: li, wish("400"))
      #expect((400..<500).contains(large.status), "\(large.text)")
      let asked = await harness.post("/v1/overrides", token: li, wish("18"))
      #expect(asked.status == 201, "\(asked.text)")
      let given: SQL = """
        SELECT count(*) FROM allocation.offer
        WHERE request = 'TD-2' AND resource = 'DK-A' AND amount = 18 AND state = 'accepted'
        """
      #expect(try await harness.one(given) == 0)
      #expect(try await harness.one("SELECT count(*) FROM land.decision") == 0)
      let done = try await approve(harness, asked)
      #expect(done.status == 200, "\(done.text)")
      #expect(try await harness.one(given) == 1)
      let again = await harness.post("/v1/overrides", token: li, wish("18"))
      #expect(again.status == 409, "what is given is not asked for again: \(again.text)")
    }
  }

  @Test("A chain's banks are changed once another person has approved, and as they were then")
  func banks() async throws {
    try await Harness.with(Harness.town) { harness in
      let (lead, partner): (String, String) = try await harness.superuser.query(
        "SELECT lead, partner FROM finance.chain_bank WHERE chain = 'C01'"
      ).only(String.self, String.self)
      let li = try await harness.token("finance_office", .owner, person: "li")
      func wish(_ lead: String, _ partner: String) -> String {
        """
        {"kind":"change_banks","content":{"chain":"C01","lead":"\(lead)","partner":"\(partner)",
         "from":"2026-12-01","reason":"主办行申请","document_no":"宣金〔2026〕18号"}}
        """
      }
      for (one, two) in [(lead, partner), (lead, lead), (lead, "BX")] {
        let reply = await harness.post("/v1/overrides", token: li, wish(one, two))
        #expect((400..<500).contains(reply.status), "\(reply.text)")
      }
      let asked = await harness.post("/v1/overrides", token: li, wish(partner, lead))
      #expect(asked.status == 201, "\(asked.text)")
      let second = await harness.post("/v1/overrides", token: li, wish(partner, lead))
      #expect(second.code == "exists", "one change of a chain waits at a time")
      let now: SQL = """
        SELECT lead FROM finance.chain_bank WHERE chain = 'C01' AND period @> date '2026-12-01'
        """
      #expect(try await harness.one(now) == lead)
      let done = try await approve(harness, asked)
      #expect(done.status == 200, "\(done.text)")
      #expect(try await harness.one(now) == partner)
      let foreign = try await harness.token("natural_resources", .owner, person: "zhao")
      let refused = await harness.post("/v1/overrides", token: foreign, wish(lead, partner))
      #expect(refused.code == "forbidden")
    }
  }

  @Test(
    "A parcel goes to the request as it was when it was asked for, or has to be asked for anew",
    arguments: [
      ("/v1/land-requests/TD-2", #"{"uscc":"913418217HLUH44C6M"}"#),
      ("/v1/land-requests/TD-2", #"{"project":"另一个项目"}"#),
      ("/v1/land-requests/TD-2", #"{"investment_wan":7000}"#),
      ("/v1/parcels/DK-A", #"{"price_wan_per_mu":"0.01"}"#),
    ])
  func changedLand(path: String, change: String) async throws {
    try await Harness.with(Harness.town) { harness in
      try await open(harness)
      let li = try await harness.token("natural_resources", .clerk, person: "li")
      let county = try await harness.token("county:341802", .clerk)
      let asked = await harness.post("/v1/overrides", token: li, Self.parcel)
      let act = try #require(asked.header("Location"), "\(asked.text)")
      let seen = try #require(await harness.call("GET", path, token: county).header("ETag"))
      let content = asked.object["content"] as? [String: Any]
      let versions = content?["versions"] as? [String: String] ?? [:]
      #expect(versions.count == 2, "\(asked.text)")
      #expect(versions.values.contains(seen.replacing("\"", with: "")), "\(asked.text)")

      let changed = await harness.call(
        "PATCH", path, token: county, body: change, headers: ["If-Match": seen])
      #expect(changed.status == 200, "\(changed.text)")
      let refused = try await approve(harness, asked)
      #expect(refused.status == 409 && refused.code == "wrong_digest", "\(refused.text)")
      #expect((refused.object["detail"] as? String)?.contains("重新提请") == true)
      #expect(try await harness.one(Self.given) == 0)

      #expect(await withdraw(harness, act, li).status == 200)
      let anew = await harness.post("/v1/overrides", token: li, Self.parcel)
      #expect(anew.object["content_digest"] as? String != asked.object["content_digest"] as? String)
      let done = try await approve(harness, anew)
      #expect(done.status == 200, "\(done.text)")
      #expect(try await harness.one(Self.given) == 1)
    }
  }

  @Test("A chain's banks are changed if chain, banks and pair are as when it was asked for")
  func changedBanks() async throws {
    try await Harness.with(Harness.town) { harness in
      let li = try await harness.token("finance_office", .owner, person: "li")
      func refuses(_ change: () async throws -> Void) async throws {
        let asked = await harness.post("/v1/overrides", token: li, Self.swapped)
        let act = asked.header("Location") ?? ""
        try await change()
        let refused = try await approve(harness, asked)
        #expect(refused.code == "wrong_digest", "\(refused.text)")
        #expect(await withdraw(harness, act, li).status == 200)
      }
      try await refuses {
        try await write(["UPDATE registry.chains SET name = '另一链' WHERE code = 'C01'"], harness)
      }
      for bank in ["BA", "BB"] {
        try await refuses {
          try await write(
            ["UPDATE registry.banks SET client_limit_wan = 900 WHERE code = \(bank)"], harness)
        }
      }
      let day = try #require(DateOnly(text: "2026-11-25"))
      try await refuses {
        _ = try await ChainBankDesk(pool: harness.database.pool, actor: "office").apply(
          .init(
            jurisdiction: "341800", chain: "C01", lead: "BA", partner: "BC", from: day,
            reason: "调整", documentNumber: "宣金〔2026〕17号"))
      }
      let changes: Int = try await harness.one(
        "SELECT count(*) FROM finance.chain_bank WHERE lead = 'BB'")
      #expect(changes == 0)
      let anew = await harness.post("/v1/overrides", token: li, Self.swapped)
      #expect(try await approve(harness, anew).status == 200, "\(anew.text)")
    }
  }

  @Test("A change under way while an override is approved is waited for, and seen")
  func changing() async throws {
    try await Harness.with(Harness.town) { harness in
      try await open(harness)
      let li = try await harness.token("natural_resources", .clerk, person: "li")
      let wang = try await harness.token("office", .approver, person: "wang")
      let asked = await harness.post("/v1/overrides", token: li, Self.parcel)
      let act = try #require(asked.header("Location"), "\(asked.text)")
      let (digest, version) = (
        asked.object["content_digest"] as? String ?? "", asked.object["etag"] as? String
      )
      let approval = try await harness.superuser.transaction { holder in
        try await holder.beginEvent(Cause(actor: "test", reason: "test", action: "test"))
        try await holder.execute(
          "UPDATE registry.parcels SET price_wan_per_mu = 0.01 WHERE code = 'DK-A'")
        let task = Task {
          await harness.post(
            act + "/approve", token: wang, #"{"content_digest":"\#(digest)"}"#, version: version)
        }
        try await eventually("the approval waits for the parcel") {
          try await harness.one(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """, as: Int.self) > 0
        }
        return task
      }
      let refused = await approval.value
      #expect(refused.code == "wrong_digest", "\(refused.text)")
      #expect(try await harness.one(Self.given) == 0)
    }
  }

  @Test("One that was asked for before versions were kept is refused, and can be taken back")
  func older() async throws {
    try await Harness.with(Harness.town) { harness in
      try await open(harness)
      let li = try await harness.token("natural_resources", .clerk, person: "li")
      let wang = try await harness.token("office", .approver, person: "wang")
      let asked = await harness.post("/v1/overrides", token: li, Self.parcel)
      let act = try #require(asked.header("Location"), "\(asked.text)")
      try await write(
        [
          "ALTER TABLE allocation.act DISABLE TRIGGER _300_follow",
          """
          UPDATE allocation.act SET content = content - 'versions',
            content_digest = allocation.act_digest(kind, subject, content - 'versions')
          """,
          "ALTER TABLE allocation.act ENABLE TRIGGER _300_follow",
        ], harness)
      let waiting = await harness.call("GET", act, token: wang).object
      let refused = await harness.call(
        "POST", act + "/approve", token: wang,
        body: #"{"content_digest":"\#(waiting["content_digest"] ?? "")"}"#,
        headers: [
          "If-Match": "\"\(waiting["etag"] ?? "")\"", "Idempotency-Key": "older",
          "Accept-Language": "en",
        ])
      #expect(refused.code == "wrong_digest", "\(refused.text)")
      #expect((refused.object["detail"] as? String)?.contains("asked for anew") == true)
      #expect(await withdraw(harness, act, li).status == 200)
    }
  }

  @Test("What waits in one prefecture stands in no other one's way")
  func prefectures() async throws {
    try await Harness.with(Harness.town) { harness in
      try await Self.addChizhou(harness)
      func token(_ place: String) async throws -> String {
        try await TokenDesk(pool: harness.database.pool).issue(
          .init(department: "finance_office", role: .owner, jurisdiction: place, person: "li"),
          by: "test"
        ).secret.text
      }
      let there = try await token("341700")
      let first = await harness.post(
        "/v1/overrides", token: there,
        Self.swapped.replacing("BA", with: "CA").replacing("BB", with: "CB"))
      #expect(first.status == 201, "\(first.text)")
      let here = try await token("341800")
      let second = await harness.post("/v1/overrides", token: here, Self.swapped)
      #expect(second.status == 201, "\(second.text)")
      #expect(await harness.post("/v1/overrides", token: here, Self.swapped).code == "exists")
    }
  }

  /// A second prefecture, with a chain C01 of its own and its banks CA and CB.
  private static func addChizhou(_ harness: Harness) async throws {
    let sheets = [
      "regions": "code,name,kind,parent\n341700,池州市,prefecture,\n341702,贵池区,county,341700\n",
      "chains": "code,name,industry_divisions\nC01,有色金属,C32\n",
      "banks": """
      code,name,kind,max_chains,client_limit_wan
      CA,池州银行A,city,2,1500
      CB,池州银行B,city,2,1500

      """,
    ]
    let report = try await Importer(pool: harness.database.pool)
      .run(sheets.map { ImportText(name: "\($0.key).csv", text: $0.value) })
    #expect(report.isAccepted, "\(report.faultLines())")
    _ = try await Designator(pool: harness.database.pool, actor: "test").run(
      term: try #require(Term(text: "2026")), on: try #require(DateOnly(text: "2026-11-20")))
  }

  @Test(
    "An override that says too little or too much is refused at its field",
    arguments: [
      (#"{"kind":"allocate_land","content":{}}"#, "/content/request"),
      (
        #"{"kind":"allocate_land","content":{"request":"a","parcel":"b","area_mu":"1","session":"x"}}"#,
        "/content/session"
      ),
      (#"{"kind":"change_banks","content":{"colour":"red"}}"#, "/content/colour"),
      (#"{"kind":"change_banks","content":{"versions":{}}}"#, "/content/versions"),
      (#"{"kind":"publish_round","content":{}}"#, "/kind"),
      (#"{"kind":"change_banks","content":[]}"#, "/content"),
      (#"{"kind":"change_banks","content":{},"by":"me"}"#, "/by"),
    ])
  func wrong(body: String, pointer: String) async throws {
    try await Harness.with(Harness.town) { harness in
      let token = try await harness.token("office", .owner, person: "li")
      let reply = await harness.post("/v1/overrides", token: token, body)
      #expect(reply.code == "invalid_fields", "\(reply.text)")
      let errors = reply.object["errors"] as? [[String: Any]]
      #expect(errors?.first?["pointer"] as? String == pointer)
    }
  }
}
