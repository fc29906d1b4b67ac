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

  @Test(
    "Figures in Chinese carry no English word, and codes stay as they are",
    arguments: [
      ("credit;guarantee;mortgage", "信用;保证;抵押"),
      ("3401-000008-4：receivables", "3401-000008-4：应收账款质押"),
      ("179.90 万元/mu", "179.90 万元/亩"), ("whole 24.2 mu (free 3)", "整宗 24.2 亩 (余 3)"),
      ("60 mu, lots ≥ 10", "60 亩, 最小分割 ≥ 10"), ("not declined", "未被谢绝"), ("declined", "已被谢绝"),
      ("defer ≤ 2026-12-04", "暂缓 ≤ 2026-12-04"), ("associate_professor", "副教授"),
      ("8.1;1.1", "8.1;1.1"),
      ("C26;C31", "C26;C31"), ("3401-credit-7", "3401-credit-7"),
      ("owned 2024-03-01: micro LED, free", "持股 2024-03-01: micro LED, free"),
    ])
  func figures(stored: String, chinese: String) {
    #expect(FigureText.text(stored, in: .chinese) == chinese)
  }

  @Test("Figures in English keep their words and lose the units in Chinese")
  func englishFigures() {
    #expect(FigureText.text("≥ 180 万元/mu", in: .english) == "≥ 180 10,000 yuan/mu")
  }

  @Test("A request that no round knows is named with the remedy")
  func unknown() async throws {
    try await Office.with(Office.empty) { database, _ in
      await #expect(throws: RoundError.self) { try await page("KJ-0", .english, database) }
    }
  }
}
