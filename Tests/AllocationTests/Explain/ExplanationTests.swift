import Postgres
import Testing

@testable import Allocation

@Suite("Explanations")
struct ExplanationTests {
  @Test("Every unserved request of the sample city has a cause and says it in both languages")
  func everyOne() async throws {
    try await Office.with(Office.city) { database, superuser in
      _ = try await Night(pool: database.pool, actor: "test").run(
        on: TechVPFixture.day("2026-11-20"))
      let rows = try await superuser.query(
        "SELECT request, reason, explanation, explanation_en, row FROM report.unserved"
      ).decode(String.self, String.self, String.self, String.self, String?.self)
      let (requests, assigned) = try await superuser.query(
        "SELECT sum(requests)::bigint, sum(assigned)::bigint FROM report.round"
      ).only(Int.self, Int.self)
      #expect(rows.count == requests - assigned)
      #expect(
        Set(rows.map(\.1)).isSubset(of: ["no_option", "outbid", "capacity", "quota", "unstable"]))
      for (request, reason, chinese, english, row) in rows {
        #expect(!chinese.isEmpty && !english.isEmpty, "\(request)")
        #expect((row == nil) == (reason == "no_option"), "\(request)")
      }
    }
  }

  @Test("A served and an unserved request, as a page")
  func pages() async throws {
    try await Office.with(Office.city) { database, superuser in
      _ = try await Night(pool: database.pool, actor: "test").run(
        on: TechVPFixture.day("2026-11-20"), mechanisms: [.techvp])
      let served = try await superuser.query(
        "SELECT request, resource FROM report.offer ORDER BY request LIMIT 1"
      ).only(String.self, String.self)
      let lines = try await page(served.0, .english, database)
      #expect(lines.contains { $0.hasPrefix("Result: offered expert \(served.1)") })
      #expect(lines.contains { $0.contains("✓ \(served.1)") })
      // A stable round is explained by ranks and by who holds the place, not by prices.
      let unstable: String = try await superuser.one(
        "SELECT request FROM report.unserved WHERE reason = 'unstable' ORDER BY request LIMIT 1")
      let ranked = try await page(unstable, .english, database)
      let options = ranked.drop { !$0.hasPrefix("Options") }.dropFirst().prefix {
        $0.hasPrefix("  ")
      }
      #expect(!options.isEmpty)
      for option in options {
        #expect(option.contains("; held by KJ") || option.contains(" is full, the last"))
      }
      for line in lines + ranked { #expect(!line.contains("cost"), "\(line)") }
      let unserved: String = try await superuser.one(
        "SELECT request FROM report.unserved WHERE reason = 'no_option' ORDER BY request LIMIT 1")
      let chinese = try await page(unserved, .chinese, database)
      #expect(chinese.contains { $0.hasPrefix("结果：未获配。") })
      #expect(chinese.contains { $0.contains("需 ") && $0.contains("，有 ") })
    }
  }

  private func page(
    _ request: String, _ language: Language, _ database: Database
  ) async throws -> [String] {
    let explanation = try await database.pool.withConnection {
      try await StoredExplanation.load(request, from: $0)
    }
    return ExplanationText(explanation, glossary: TechVP.glossary, language: language).lines
  }

  @Test("A request that no round knows is named with the remedy")
  func unknown() async throws {
    try await Office.with(Office.empty) { database, _ in
      await #expect(throws: RoundError.self) { try await page("KJ-0", .english, database) }
    }
  }
}
