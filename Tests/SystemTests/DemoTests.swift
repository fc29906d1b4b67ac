import Foundation
import Testing

@Suite("yaosu demo, from an empty folder")
struct DemoTests {
  @Test("A certified night, then everything else on the same folder")
  func demo() async throws {
    let home = try TemporaryFolder()
    defer { home.remove() }
    let environment = ["XDG_DATA_HOME": home.url.path]
    let demo = try await YaosuProcess.run(["demo"], environment: environment)
    #expect(demo.status == 0, "\(demo.stderr)")
    try expectOneScreen(demo.stdout)
    #expect(demo.stderr.isEmpty, "progress is for terminals")

    let again = try await YaosuProcess.run(["demo", "--json"], environment: environment)
    let report = try again.json()
    #expect(report["verified"] as? Bool == true)
    let rounds = try #require(report["rounds"] as? [[String: Any]])
    #expect(rounds.count >= 2)
    for round in rounds {
      #expect(round["wasDone"] as? Bool == true)
      let (gap, bound) = (round["gap"] as? Int, round["bound"] as? Int)
      if round["status"] as? String == "stable" {
        // The gap of a stable round is the price of stability: what the highest total would add.
        #expect(round["mechanism"] as? String == "techvp")
        #expect(gap ?? -1 >= 0)
      } else {
        #expect(200 * (gap ?? .max / 200) <= bound ?? 0, "within half a percent: \(round)")
      }
    }

    let data = ["--data", home.file("yaosu").path]
    let verify = try await YaosuProcess.run(["verify"] + data)
    #expect(verify.status == 0, "\(verify.stdout)\(verify.stderr)")
    let view = try await YaosuProcess.run(
      ["psql"] + data + [
        "--", "-X", "-A", "-t", "-c", "SELECT count(*) FROM report.certificate_violation",
      ])
    #expect(view.stdout == "0\n", "\(view.stderr)")
    let hidden = try await YaosuProcess.run(
      ["psql"] + data + ["--", "-X", "-c", "SELECT name FROM registry.experts"])
    #expect(hidden.status != 0)
    #expect(hidden.stderr.contains("permission denied"))
    try await explained(data)
    try await exported(data, home)
    try await refusesOwnData(data)
  }

  /// What was asked, matched and proved, what is dear, three examples, and what to type next.
  private func expectOneScreen(_ screen: String) throws {
    let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 45, "\(lines.count) lines")
    for line in lines {
      // Every ideograph takes two columns of a terminal.
      let columns = line.reduce(0) { $0 + ($1.utf8.count > 2 ? 2 : 1) }
      #expect(columns <= 100, "\(columns) columns: \(line)")
    }
    for part in [
      "诉求 asked", "匹配 matched", "差距 gap", "无不符 no violation", "blocking pairs 0；",
      "dearest rows", "why not", " explain ", " psql ",
    ] {
      #expect(screen.contains(part), "\(part)")
    }
    for mechanism in ["land", "finance", "techvp", "rotation"] {
      #expect(lines.contains { $0.contains(" \(mechanism) ") }, "\(mechanism)")
    }
    let examples = lines.filter { $0.hasPrefix("  ") && $0.hasSuffix("]") && $0.contains(" [") }
    #expect(examples.count == 3, "\(examples)")
    // The optimum that the stable round is measured against is proved by itself.
    let best = try #require(lines.first { $0.contains("the highest total") })
    #expect(best.hasSuffix("差距 gap 0"), "\(best)")
  }

  /// The same answer in both languages, about the same request.
  private func explained(_ data: [String]) async throws {
    let unserved = try await YaosuProcess.run(
      ["psql"] + data + [
        "--", "-X", "-A", "-t", "-c", "SELECT min(request) FROM report.unserved",
      ])
    let request = unserved.stdout.trimmingCharacters(in: .newlines)
    let chinese = try await YaosuProcess.run(["explain", request] + data)
    let english = try await YaosuProcess.run(["explain", request, "--lang", "en"] + data)
    #expect([chinese.status, english.status] == [0, 0], "\(chinese.stderr)\(english.stderr)")
    let pages = [chinese, english].map { $0.stdout.split(separator: "\n") }
    #expect(pages[0].first == pages[1].first, "request, enterprise and code")
    #expect(pages[0].contains { $0.hasPrefix("结果：未获配。") })
    #expect(pages[1].contains { $0.hasPrefix("Result: nothing. ") })
    let isChinese: (Character) -> Bool = { ("\u{4E00}"..."\u{9FFF}").contains($0) }
    #expect(pages[1].dropFirst().allSatisfy { !$0.contains(where: isChinese) })
  }

  /// The demo does not mix its city with an office's own data.
  private func refusesOwnData(_ data: [String]) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let file = try folder.write(
      "enterprises.csv",
      "uscc,name,region,industry,size\n91350100M000100Y43,真企业,341802,C3670,small\n")
    let imported = try await YaosuProcess.run(["import", file] + data)
    #expect(imported.status == 0, "\(imported.stderr)")
    let demo = try await YaosuProcess.run(["demo"] + data)
    #expect(demo.status == 1)
    #expect(demo.stderr.contains("--data"))
  }

  /// The exported problem, solved by the engine alone, has the total that the round's certificate
  /// bounds: that of the best matching, stable or not.
  private func exported(_ data: [String], _ home: TemporaryFolder) async throws {
    let (file, prices) = (home.file("round.alloc").path, home.file("prices").path)
    let night = try await YaosuProcess.run(["nightly", "--date", "2026-11-20", "--json"] + data)
      .json()
    let rounds = try #require(night["rounds"] as? [[String: Any]])
    let round = try #require(rounds.first { $0["mechanism"] as? String == "techvp" })
    let id = try #require(round["roundID"] as? Int)
    let export = try await YaosuProcess.run(
      ["export-problem", "--round", "\(id)", "-o", file, "--names", home.file("names.csv").path]
        + data)
    #expect(export.status == 0, "\(export.stderr)")
    let solved = try await YaosuProcess.run(["solve", file, "--json", "--prices", prices]).json()
    let bound = try #require(round["bound"] as? Int)
    #expect(solved["objective"] as? Int == bound)
    #expect(solved["gap"] as? Int == 0)
    #expect(try String(contentsOfFile: prices, encoding: .utf8).hasPrefix("price "))
  }
}
