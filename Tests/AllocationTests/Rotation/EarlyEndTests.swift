import Postgres
import Testing

@testable import Allocation

@Suite("Ends dated ahead, and changes of host")
struct EarlyEndTests {
  private func day(_ text: String) -> DateOnly { RotationOffice.day(text) }

  private func refusal(
    _ body: () async throws -> Void
  ) async throws -> PlacementRefusal? {
    do {
      try await body()
      return nil
    } catch let refusal as PlacementRefusal { return refusal }
  }

  private func isHeadcount(_ refusal: PlacementRefusal?) -> Bool {
    if case .headcount = refusal { true } else { false }
  }

  private func isSeats(_ refusal: PlacementRefusal?) -> Bool {
    if case .seats = refusal { true } else { false }
  }

  @Test("An early end frees seat and headcount from its day on, and not before")
  func ahead() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      // RH-1 has four seats, BZ-2 four heads.
      for number in 1...4 { try await database.place("RC-\(number)", "RH-1", "BZ-2") }
      try await PlacementDesk(pool: database.pool).end(
        "RC-1", code: "resigned", consequence: "退还安家费", on: day("2027-06-10"), by: "经办人")
      #expect(try await worst("BZ-2", superuser) == ["2027-05 4", "2027-06 4", "2027-07 3"])
      for start in ["2027-01-01", "2027-06-09"] {
        #expect(
          isHeadcount(
            try await refusal {
              try await database.place("RC-5", "RH-2", "BZ-2", start: start)
            }), "\(start)")
        #expect(
          isSeats(
            try await refusal {
              try await database.place("RC-6", "RH-1", "BZ-1", start: start)
            }), "\(start)")
      }
      try await database.place("RC-5", "RH-2", "BZ-2", start: "2027-06-10")
      try await database.place("RC-6", "RH-1", "BZ-1", start: "2027-06-10")
      #expect(try await worst("BZ-2", superuser) == ["2027-05 4", "2027-06 4", "2027-07 4"])
      // Until then the talent is not placed a second time.
      #expect(
        try await refusal {
          try await database.place("RC-1", "RH-3", "BZ-3", start: "2027-06-09", months: 24)
        } == .alreadyHired(talent: "RC-1"))
      try await database.place("RC-1", "RH-3", "BZ-3", start: "2027-06-10", months: 24)
    }
  }

  private func worst(_ post: String, _ superuser: Pool) async throws -> [String] {
    try await superuser.query(
      """
      SELECT to_char(month, 'YYYY-MM') || ' ' || worst_case FROM report.headcount
      WHERE institution_post = \(post) AND month BETWEEN '2027-05-01' AND '2027-07-01' ORDER BY month
      """
    ).decode(String.self)
  }

  @Test("A round counts an end that is dated ahead from its day on")
  func round() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      for number in 1...4 { try await database.place("RC-\(number)", "RH-1", "BZ-2") }
      try await PlacementDesk(pool: database.pool).end(
        "RC-1", code: "resigned", consequence: "无", on: day("2027-06-10"), by: "经办人")
      func free(_ date: String) async throws -> [Int] {
        try await database.rotationNight(day(date))
        var free: [Int] = []
        for row in ["%RH-1", "%BZ-2"] {
          free.append(
            try await superuser.one(
              """
              SELECT coalesce(sum(u.upper), 0)::bigint
              FROM report.row_usage u JOIN report.round r USING (round_id)
              WHERE u.row LIKE \(row) AND r.business_date = \(day(date))
              """))
        }
        return free
      }
      #expect(try await free("2027-06-09") == [0, 0])
      // Offers that nobody answered have lapsed by then.
      #expect(try await free("2027-06-30") == [1, 1])
    }
  }

  @Test("The same host is no other host")
  func sameHost() async throws {
    try await Office.with(RotationOffice.small) { database, superuser in
      let (first, date) = (FinanceOffice.enterprises[1], day("2027-05-01"))
      try await FinanceOffice.load(
        [
          "host_posts": [
            RotationOffice.hostHeader,
            "RH-9,\(first),2026-10-01,0802;0805,bachelor,0,4,2026-12-01,24",
          ]
        ], into: database)
      try await database.place("RC-1", "RH-1", "BZ-1")
      let desk = PlacementDesk(pool: database.pool)
      func move(_ host: String, _ code: String) async throws -> PlacementRefusal? {
        try await refusal {
          try await desk.changeHost("RC-1", to: host, code: code, on: date, by: "t")
        }
      }
      for code in ["host_closed", "conflict", "post_ended"] {
        #expect(try await move("RH-1", code) == .sameHost("RH-1"))
      }
      // Another post of the enterprise that closed, or with which there is a conflict.
      for code in ["host_closed", "conflict"] {
        if case .database("posting_other_host", _)? = try await move("RH-9", code) { continue }
        Issue.record("\(code)")
      }
      let error = try await #require(throws: PostgresError.self) {
        try await database.pool.transaction { connection in
          try await connection.beginEvent(Cause(actor: "t", reason: "t", action: "t"))
          _ = try await connection.query(
            "SELECT rotation.change_host(placement_id, 'RH-1', 'conflict', \(date)) FROM rotation.placement"
          )
        }
      }
      #expect(error.constraint == "posting_other_host")
      #expect(try await move("RH-9", "post_ended") == nil)
      let postings = try await superuser.query(
        "SELECT host_post || ' ' || period FROM rotation.posting ORDER BY posting_no"
      ).decode(String.self)
      #expect(postings == ["RH-1 [2026-12-01,2027-05-01)", "RH-9 [2027-05-01,2028-12-01)"])
    }
  }
}
