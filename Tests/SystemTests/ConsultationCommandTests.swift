import Foundation
import Postgres
import Testing

@Suite("A Saturday, by its commands")
struct ConsultationCommandTests {
  private let saturday = "2026-11-28"

  /// One decision of each kind, and the same as changes of a what-if.
  private let decisions = """
    [{"kind": "adjust_quota", "from": "JS-341881", "to": "JS-341802", "amount": 20.5,
      "document_no": "宣自然资〔2026〕9号"},
     {"kind": "allocate", "request": "TD-2", "parcel": "DK-A", "area_mu": "18"},
     {"kind": "waive_threshold", "request": "TD-4", "rule": "tax", "until": "2027-01-31"},
     {"kind": "hold_parcel", "parcel": "DK-B", "request": "TD-4", "until": "2027-01-31"},
     {"kind": "defer", "request": "TD-1", "until": "2027-01-31", "note": "待环评"},
     {"kind": "refuse", "request": "TD-3", "reason": "low_benefit", "legal_basis": "某条例第三条"},
     {"kind": "assign_task", "department": "county:341881", "working_days": 10, "note": "完成清表"}]
    """

  private let changes = """
    {"changes": [
      {"change": "quota", "lot": "quota:JS-341881", "by": -20.5},
      {"change": "quota", "lot": "quota:JS-341802", "by": "20.5"},
      {"change": "pin", "request": "TD-2", "parcel": "DK-A", "area_mu": 18},
      {"change": "waive", "request": "TD-4", "threshold": "tax"},
      {"change": "hold", "parcel": "DK-B", "request": "TD-4", "until": "2027-01-31"},
      {"change": "defer", "request": "TD-1", "until": "2027-01-31"},
      {"change": "refuse", "request": "TD-3"}]}
    """

  @Test("Agenda, what-if, decisions of each kind, minutes; the next round is as foretold")
  func scripted() async throws {
    try await SmallTown.with { yaosu, pool in
      _ = try await yaosu.done("nightly", "--date", "2026-11-20", "--mechanism", "land")
      let agenda = try await yaosu.done("agenda", "--session", saturday, "--json").json()
      let items = try #require(agenda["items"] as? [[String: Any]])
      // The offers of 11-20 have lapsed by the session: nobody's parcel is contested.
      #expect(items.compactMap { $0["request"] as? String }.sorted() == ["TD-2", "TD-4"])
      #expect(items.allSatisfy { ($0["departments"] as? [String])?.isEmpty == false })
      for offer in try await offers(pool) {
        _ = try await yaosu.done("offer", "withdraw", "\(offer)", "--by", "office")
      }
      let foretold = try await yaosu.done(
        "what-if", try yaosu.file("changes.json", changes), "--date", saturday, "--json"
      ).json()
      _ = try await yaosu.done("session", "open", saturday, "--attending", "office,county:341881")
      let file = try yaosu.file("decisions.json", decisions)
      let persons = try await yaosu.twoPersons()
      let report = try await yaosu.done(
        ["decide", file, "--session", saturday, "--json"] + persons
      ).json()
      let recorded = try #require(report["decisions"] as? [[String: Any]])
      #expect(recorded.compactMap { $0["conclusion"] as? Int } == Array(1...7))
      try await minutes(yaosu)
      try await decidedOnce(yaosu, file, persons)
      try await reported(yaosu, pool)
      _ = try await yaosu.done("nightly", "--date", saturday, "--mechanism", "land")
      let after = try #require((foretold["after"] as? [String: Any])?["served"] as? Int)
      let awards = try await pool.query(
        """
        SELECT request || ' ' || resource || ' ' || trim_scale(amount) FROM report.offer
        WHERE state IN ('offered', 'accepted') ORDER BY 1
        """
      ).decode(String.self)
      #expect(awards == ["TD-2 DK-A 18", "TD-4 DK-B 30"])
      #expect(after == awards.count)
      let gains = try #require(foretold["gains"] as? [[String: Any]])
      #expect(gains.compactMap { $0["request"] as? String } == ["TD-2", "TD-4"])
      _ = try await yaosu.done("verify")
    }
  }

  private func offers(_ pool: Pool) async throws -> [Int] {
    try await pool.query("SELECT offer_id FROM report.offer WHERE state = 'offered' ORDER BY 1")
      .decode(Int.self)
  }

  private func minutes(_ yaosu: SmallTown.Commands) async throws {
    let markdown = try await yaosu.done("session", "minutes", saturday).stdout
    #expect(markdown.contains("# 宣城市土地要素保障“星期六”会商会议纪要（第1次）"))
    #expect(markdown.contains("| 1 | 由宁国市调剂新增建设用地指标 20.5 亩给宣州区"))
    #expect(markdown.contains("| 7 | 完成清表"))
    let file = yaosu.folder.file("minutes.html")
    _ = try await yaosu.done("session", "minutes", saturday, "--format", "html", "-o", file.path)
    #expect(try String(contentsOf: file, encoding: .utf8).contains("<td>7</td>"))
  }

  /// The same file again changes nothing, and says so of each decision.
  private func decidedOnce(_ yaosu: SmallTown.Commands, _ file: String, _ persons: [String])
    async throws
  {
    let again = try await YaosuProcess.run(
      ["decide", file, "--session", saturday] + persons, environment: yaosu.environment)
    #expect(again.status == 1)
    #expect(again.stdout.components(separatedBy: "decided just this already").count == 8)
  }

  /// A task is reported done; a closed session decides nothing more, and has no second agenda.
  private func reported(_ yaosu: SmallTown.Commands, _ pool: Pool) async throws {
    let task = try await pool.query("SELECT task FROM report.task").only(Int.self)
    _ = try await yaosu.done(
      "session", "done", "\(task)", "--result", "已清表", "--date", "2026-12-01", "--by",
      "county:341881")
    #expect(
      try await yaosu.refused("session", "done", "\(task)", "--result", "再报").contains("2026-12-01")
    )
    _ = try await yaosu.done("session", "close", saturday)
    let late = try yaosu.file(
      "late.json", #"[{"kind": "defer", "request": "TD-4", "until": "2026-12-31"}]"#)
    let output = try await YaosuProcess.run(
      ["decide", late, "--session", saturday], environment: yaosu.environment)
    #expect(output.status == 1)
    #expect(output.stdout.contains("take it to the next session"))
  }

  @Test("Sessions: the year's plan, a move, and what cannot be had")
  func sessions() async throws {
    try await SmallTown.with { yaosu, _ in
      let plan = try await yaosu.done("session", "plan", "2026").stdout.split(separator: "\n")
      #expect(plan.count == 52)
      #expect(plan.contains { $0.hasPrefix("2026-10-03 → 2026-10-10") })
      #expect(plan.contains("2026-10-10"), "a make-up workday is held")
      let next = try await yaosu.done("session", "plan", "2027").stdout.split(separator: "\n")
      #expect(next.allSatisfy { $0.hasSuffix("(provisional)") })
      _ = try await yaosu.done("session", "move", saturday, "--to", "2026-12-05", "--reason", "停电")
      #expect(try await yaosu.refused("agenda", "--session", saturday).contains("2026-12-05"))
      #expect(try await yaosu.refused("agenda", "--session", "2026-12-01").contains("no Saturday"))
      #expect(try await yaosu.refused("session", "close", "2026-12-12").contains("not planned"))
      #expect(
        try await yaosu.refused("session", "open", "2026-12-12", "--attending", "nobody")
          .contains("natural_resources"))
      #expect(
        try await yaosu.refused("agenda", "--session", "2026-12-05").contains("yaosu nightly"))
    }
  }

  @Test("A faulty file of decisions or changes is 1 and names file, place, value and remedy")
  func faultyFiles() async throws {
    try await SmallTown.with { yaosu, pool in
      _ = try await yaosu.done("session", "open", saturday, "--attending", "office")
      for (text, words) in [
        ("[", "is not JSON"), ("{}", "must be a list"),
        (
          #"[{"kind": "defer", "request": "TD-1", "untill": "2026-12-31"}]"#,
          "decisions[0].untill “2026-12-31”: is no field"
        ),
        (
          #"[{"kind": "allocate", "request": "TD-1", "parcel": "DK-A", "area_mu": "1.00001"}]"#,
          "decisions[0].area_mu “1.00001”: is not a number above 0"
        ),
      ] {
        let said = try await yaosu.refused(
          "decide", try yaosu.file("faulty.json", text), "--session", saturday)
        #expect(said.contains("faulty.json: ") && said.contains(words), "\(said)")
      }
      for (text, words) in [
        ("nonsense", "is not JSON"), ("{}", "file.changes: is missing"),
        (#"{"changes": [{"change": "pinn"}]}"#, "did you mean “pin”?"),
        (
          #"{"changes": [{"change": "pin", "request": "TD-9", "parcel": "DK-A"}]}"#,
          "changes[0].request “TD-9”: is no open request"
        ),
        (
          #"{"changes": [{"change": "quota", "lot": "quota:JS-341802", "by": -31}]}"#,
          "is more than quota:JS-341802 has free: 30"
        ),
      ] {
        let said = try await yaosu.refused(
          "what-if", try yaosu.file("faulty.json", text), "--date", saturday)
        #expect(said.contains("faulty.json: ") && said.contains(words), "\(said)")
      }
      let missing = try await yaosu.refused("what-if", yaosu.folder.file("none.json").path)
      #expect(missing.contains("none.json: cannot be read"))
      let kept = try await pool.query("SELECT count(*) FROM land.decision").only(Int.self)
      #expect(kept == 0)
    }
  }
}
