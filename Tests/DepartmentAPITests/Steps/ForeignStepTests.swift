import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

/// Every step × every kind of department × rows of others. What there is, supervision lists.
@Suite("Nobody moves what is not theirs")
struct ForeignStepTests {
  @Test("A hidden row is not read and not moved by any step; nothing is written")
  func foreign() async throws {
    try await SmallOffice.with { office in
      try await office.begun()
      let everything = try await office.token("supervision", .reader)
      let kinds = [
        "bank:BA", "bank:BC", "university:4134010359", "county:341802", "county:341881",
        "institution:样本单位一", "science_technology", "finance_office", "human_resources",
        "natural_resources",
      ]
      var tokens: [String: String] = [:]
      for kind in kinds { tokens[kind] = try await office.token(kind) }
      let events: Int = try await office.harness.one("SELECT count(*) FROM audit.event")
      var hidden = 0
      for record in Record.lives {
        guard let life = record.life, record.isReadable else { continue }
        let rows = await office.harness.all("/v1/\(record.path)", token: everything).items
        #expect(!rows.isEmpty, "\(record.path) has rows")
        for (kind, token) in tokens {
          let own = await office.harness.all("/v1/\(record.path)", token: token)
          #expect(own.items.count + (own.hidden ?? -1) == rows.count, "\(kind) \(record.path)")
          let seen = Set(own.items.map { "\($0[record.key] ?? "")" })
          for row in rows {
            let id = "\(row[record.key] ?? "")"
            let path = "/v1/\(record.path)/\(PercentText.encode(id))"
            let isSeen = seen.contains(id)
            #expect(await office.get(path, token).status == (isSeen ? 200 : 404), "\(kind) \(path)")
            guard !isSeen else { continue }
            hidden += 1
            for step in life.steps where !step.isOpening {
              let example = record.operation(of: step).body?.example?.compact ?? "{}"
              let reply = await office.harness.post(
                "\(path)/\(step.name)", token: token, example, version: row["etag"] as? String)
              let expected = step.kinds.contains(
                kind.split(separator: ":").first.map(String.init) ?? "")
              #expect(
                reply.code == (expected ? "not_found" : "forbidden"),
                "\(kind) \(path) \(step.name): \(reply.text)")
            }
          }
        }
      }
      #expect(hidden > 20)
      let now: Int = try await office.harness.one("SELECT count(*) FROM audit.event")
      #expect(now == events)
    }
  }

  private static let odd = [
    #""'; DROP TABLE finance.match; --""#, #""\u0000""#, "1e999", "9223372036854775808",
    #""2999-12-31""#, #""1900-01-01""#, "[[]]", #"["a"]"#, #""99999999999999999999.5""#, #""$1""#,
  ]

  @Test("Odd values in each field of each step are refused in good order")
  func hostile() async throws {
    try await SmallOffice.with { office in
      try await office.begun()
      let everything = try await office.token("supervision", .reader)
      var tokens: [String: String] = [:]
      for record in Record.lives {
        let rows = await office.harness.all("/v1/\(record.path)", token: everything).items
        for step in record.life?.steps ?? [] {
          // Of a kind that is entitled, the first that sees the row.
          for kind in [
            "finance_office", "human_resources", "natural_resources", "science_technology",
          ]
            + ["bank:BA", "bank:BB", "university:4134010359", "county:341802", "county:341881"]
          where step.kinds.contains(String(kind.prefix { $0 != ":" })) {
            if tokens[kind] == nil { tokens[kind] = try await office.token(kind) }
            let token = tokens[kind] ?? ""
            for field in step.fields {
              for value in Self.odd {
                let id = PercentText.encode("\(rows.first?[record.key] ?? "")")
                let fields = step.fields.filter { $0.isRequired && $0.name != field.name }
                let body =
                  "{"
                  + (fields.map { "\(JSON.quoted($0.name)):\($0.example.compact)" }
                  + ["\(JSON.quoted(field.name)):\(value)"]).joined(separator: ",") + "}"
                let reply =
                  step.isOpening
                  ? await office.harness.post("/v1/\(record.path)", token: token, body)
                  : await office.take(step.name, of: "/v1/\(record.path)/\(id)", token, body)
                #expect(reply.status < 500, "\(kind) \(step.name) \(body): \(reply.text)")
              }
            }
            break
          }
        }
      }
    }
  }

  @Test("The example of every step is one that its own fields take")
  func examples() throws {
    for record in Record.lives {
      for step in record.life?.steps ?? [] {
        guard case .object(let fields)? = record.operation(of: step).body?.example else {
          Issue.record("\(record.path) \(step.name) has no example")
          continue
        }
        let body = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) })
        #expect(throws: Never.self) { try StepWords(body, step.fields) }
        let every = Dictionary(uniqueKeysWithValues: step.fields.map { ($0.name, $0.example) })
        #expect(throws: Never.self) { try StepWords(every, step.fields) }
      }
    }
  }
}
