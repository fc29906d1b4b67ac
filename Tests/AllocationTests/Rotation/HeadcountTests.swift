import Postgres
import Testing

@testable import Allocation

@Suite("headcount by month ahead")
struct HeadcountTests {
  private func day(_ text: String) -> DateOnly { RotationOffice.day(text) }

  private func fill(_ database: Database, post: String, _ talents: ClosedRange<Int>) async throws {
    for number in talents {
      try await database.place("RC-\(number)", "RH-\(number % 3 + 1)", post)
    }
  }

  @Test(
    "Two departments, the last head of a post, the same instant: one gets it, the other the cause")
  func race() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      try await fill(database, post: "BZ-2", 1...3)
      for round in 0..<5 {
        let rivals = ["RC-10", "RC-11"]
        let results = await withTaskGroup(of: Result<Void, any Error>.self) { group in
          for (index, rival) in rivals.enumerated() {
            group.addTask {
              do {
                return .success(try await database.place(rival, "RH-\(index + 1)", "BZ-2"))
              } catch { return .failure(error) }
            }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
        let causes = results.compactMap { result -> PlacementRefusal? in
          if case .failure(let error) = result { error as? PlacementRefusal } else { nil }
        }
        #expect(results.count { if case .success = $0 { true } else { false } } == 1)
        #expect(causes.count == 1)
        guard case .headcount(let what)? = causes.first else {
          Issue.record("no cause in round \(round): \(results)")
          return
        }
        #expect(what.contains("BZ-2") && what.contains("2026-12"))
        let winner: String = try await superuser.one(
          "SELECT talent FROM rotation.placement WHERE state = 'recruited' AND talent IN ('RC-10', 'RC-11')"
        )
        try await PlacementDesk(pool: database.pool).end(
          winner, code: "mutual", consequence: "无", on: day("2026-11-25"), by: "经办人")
      }
    }
  }

  @Test("The last seat of a host, the same instant")
  func seats() async throws {
    try await Office.with(RotationOffice.small) { database, _ in
      for number in 1...3 { try await database.place("RC-\(number)", "RH-1", "BZ-1") }
      let failures = await withTaskGroup(of: (any Error)?.self) { group in
        for (rival, post) in [("RC-4", "BZ-2"), ("RC-5", "BZ-3")] {
          group.addTask {
            do {
              try await database.place(rival, "RH-1", post)
              return nil
            } catch { return error }
          }
        }
        return await group.reduce(into: []) { if let error = $1 { $0.append(error) } }
      }
      #expect(failures.count == 1)
      guard case .seats? = failures.first as? PlacementRefusal else {
        Issue.record("\(failures)")
        return
      }
    }
  }

  @Test("A night that finds the last head gone computes anew")
  func overtaken() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      async let night = database.rotationNight(day("2026-11-20"))
      async let manual: Void = database.place("RC-12", "RH-2", "BZ-2")
      _ = try await night
      _ = try? await manual
      let over: Int = try await superuser.one(
        "SELECT count(*) FROM report.headcount WHERE worst_case > headcount")
      #expect(over == 0)
      let twice: Int = try await superuser.one(
        """
        SELECT count(*) FROM (
          SELECT FROM rotation.placement WHERE state <> 'lapsed' GROUP BY talent
          HAVING count(*) > 1) t
        """)
      #expect(twice == 0)
    }
  }

  @Test("Transfers move headcount from a month on, with a document, and never what is promised")
  func transfers() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      let desk = HeadcountDesk(pool: database.pool)
      func transfer(_ amount: Int, _ effective: String, _ document: String) async throws {
        try await desk.transfer(
          .init(
            from: "BZ-2", to: "BZ-1", amount: amount, effectiveOn: day(effective),
            documentNo: document), on: day("2026-11-20"), by: "编办")
      }
      try await fill(database, post: "BZ-2", 1...3)
      await #expect(throws: PlacementRefusal.self) { try await transfer(2, "2027-03-01", "甲") }
      await #expect(throws: PlacementRefusal.transferDay(day("2027-03-02"))) {
        try await transfer(1, "2027-03-02", "甲")
      }
      await #expect(throws: PlacementRefusal.amount(0)) { try await transfer(0, "2027-03-01", "甲") }
      try await transfer(1, "2027-03-01", "甲")
      await #expect(throws: PlacementRefusal.transferKnown(document: "甲")) {
        try await transfer(1, "2027-04-01", "甲")
      }
      let shown = try await superuser.query(
        """
        SELECT institution_post || ' ' || to_char(month, 'YYYY-MM') || ' ' || headcount
        FROM report.headcount
        WHERE month IN ('2027-02-01', '2027-03-01') AND institution_post IN ('BZ-1', 'BZ-2')
        ORDER BY 1
        """
      ).decode(String.self)
      #expect(shown == ["BZ-1 2027-02 5", "BZ-1 2027-03 6", "BZ-2 2027-02 4", "BZ-2 2027-03 3"])
      // The fourth head is there until March, and a promise is for good.
      await #expect(throws: PlacementRefusal.self) {
        try await database.place("RC-4", "RH-1", "BZ-2")
      }
    }
  }

  @Test("An import that cuts a post below what is promised is refused")
  func cut() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      try await fill(database, post: "BZ-2", 1...3)
      await #expect(throws: (any Error).self) {
        try await FinanceOffice.load(
          ["institution_posts": [RotationOffice.postHeader, RotationOffice.post(2, headcount: 2)]],
          into: database)
      }
      let headcount: Int = try await superuser.one(
        "SELECT headcount::bigint FROM registry.institution_posts WHERE code = 'BZ-2'")
      #expect(headcount == 4)
    }
  }

  @Test("Degenerate offices: nobody, no headcount, more least seats than talents")
  func degenerate() async throws {
    for headcounts in [[0, 0, 0], [1, 0, 0]] {
      try await Office.with(Office.empty) { database, superuser in
        var files = RotationOffice.files(headcounts: headcounts)
        files["talents"] = headcounts == [0, 0, 0] ? nil : files["talents"]
        files["host_posts"] = [RotationOffice.hostHeader, RotationOffice.host(1, max: 30, min: 20)]
        try await FinanceOffice.load(files, into: database)
        let outcome = try await database.rotationNight(day("2026-11-20"))
        #expect(outcome.assigned == (headcounts[0] == 0 ? 0 : 1))
        #expect(outcome.objective == outcome.bound)
        let violations: Int = try await superuser.one(
          "SELECT count(*) FROM report.certificate_violation")
        #expect(violations == 0)
        let unexplained: Int = try await superuser.one(
          "SELECT count(*) FROM report.unserved WHERE explanation = ''")
        #expect(unexplained == 0)
      }
    }
  }
}
