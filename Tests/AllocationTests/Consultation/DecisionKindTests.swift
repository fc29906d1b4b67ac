import Postgres
import Testing

@testable import Allocation

@Suite("What each kind of decision does")
struct DecisionKindTests {
  private let saturday = LandTown.saturday

  /// One decision of each kind, and the same as changes of a what-if.
  private var script: [(motion: Motion, changes: [LandChange])] {
    let until = LandFixture.day("2027-01-31")
    return [
      (
        Motion(
          .adjustQuota(
            from: "JS-341881", to: "JS-341802", amount: 30, documentNumber: "宣自然资〔2026〕9号")),
        [.quota(.lot("quota:JS-341881"), by: -30), .quota(.lot("quota:JS-341802"), by: 30)]
      ),
      (
        Motion(.allocate(request: "TD-2", parcel: "DK-A", area: 18)),
        [.pin(LandChange.Pin(request: "TD-2", parcel: "DK-A", area: 18))]
      ),
      (
        Motion(.waiveThreshold(request: "TD-5", threshold: .investment, parcel: nil, until: nil)),
        [.waive(LandWaiver(request: "TD-5", threshold: .investment, parcel: nil))]
      ),
      (
        Motion(
          .waiveThreshold(request: "TD-5", threshold: .tax, parcel: "DK-C", until: until)),
        [.waive(LandWaiver(request: "TD-5", threshold: .tax, parcel: "DK-C"))]
      ),
      (
        Motion(.holdParcel(parcel: "DK-B", request: "TD-4", until: until)),
        [.hold(parcel: "DK-B", ParcelHold(until: until, request: "TD-4"))]
      ),
      (
        Motion(.defer(request: "TD-1", until: until), note: "待环评"),
        [.putOff(request: "TD-1", until: until)]
      ),
      (
        Motion(.refuse(request: "TD-7", reason: "low_benefit", legalBasis: "某条例第三条")),
        [.refuse(request: "TD-7")]
      ),
      (
        Motion(
          .assignTask(
            department: "natural_resources", due: .workingDays(10), request: "TD-6", parcel: nil),
          note: "另选地块"), []
      ),
    ]
  }

  @Test("Without decisions the better requests are served, and each block has its cause")
  func before() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      try await LandTown.night(database, on: saturday.adding(days: -1))
      #expect(try await LandTown.awards(superuser) == ["TD-1": "DK-A 20", "TD-3": "DK-B 30"])
      let desk = AgendaDesk(pool: database.pool, jurisdiction: LandTown.jurisdiction)
      let (_, items) = try await desk.draft(saturday, by: "office")
      let causes = Dictionary(
        items.map { ($0.request, $0.cause) }, uniquingKeysWith: { first, _ in first })
      #expect(
        causes == [
          "TD-2": "construction_land", "TD-3": "contested", "TD-4": "outbid",
          "TD-5": "below_threshold",
          "TD-6": "no_parcel_fits", "TD-7": "no_parcel_in_time",
        ])
      let blocked = try #require(items.first { $0.request == "TD-2" })
      #expect(blocked.departments == ["natural_resources", "county:341802"])
      #expect(blocked.figures.shortages?.first?.free == "10")
      #expect(blocked.worth > 0)
      #expect(blocked.worthTax == 400)
      let hopeless = try #require(items.first { $0.request == "TD-6" })
      #expect(hopeless.worth == 0)
      let events: Int = try await superuser.one("SELECT count(*) FROM audit.event")
      let again = try await desk.draft(saturday, by: "office")
      #expect(again.items == items)
      #expect(try await superuser.one("SELECT count(*) FROM audit.event") == events)
      #expect(try await superuser.one("SELECT count(*) FROM report.agenda") == items.count)
    }
  }

  @Test(
    "A session decides as scripted; the next round follows, as the what-if of the same foretold")
  func scripted() async throws {
    try await Office.with(LandTown.template) { database, superuser in
      let base = try await database.pool.withConnection {
        try await LandWhatIf.Base.find(on: saturday, jurisdiction: nil, from: $0)
      }
      let foretold = try LandWhatIf(script.flatMap(\.changes), on: base).difference.after
      let desk = try await LandTown.openSession(database)
      for (place, step) in script.enumerated() {
        let recorded = try await desk.record(step.motion, session: saturday, by: "office")
        #expect(recorded.conclusion == place + 1)
      }
      try await checkData(superuser)
      try await LandTown.night(database)
      let awards = try await LandTown.awards(superuser)
      #expect(awards == foretold.awards.mapValues { "\($0.resource) \($0.amount.reduced)" })
      #expect(awards == ["TD-2": "DK-A 18", "TD-4": "DK-B 30", "TD-5": "DK-C 40"])
      let closed = try await superuser.query(
        """
        SELECT DISTINCT request FROM report.refusal WHERE rule = 'closed'
        ORDER BY request
        """
      ).decode(String.self)
      #expect(closed == ["TD-1", "TD-7"])
      #expect(try await Verification(pool: database.pool).auditFaults().isEmpty)
    }
  }

  private func checkData(_ pool: Pool) async throws {
    #expect(try await LandTown.balance("quota:JS-341802", "free", pool) == 42)
    #expect(try await LandTown.balance("quota:JS-341802", "committed", pool) == 18)
    #expect(try await LandTown.balance("quota:JS-341881", "free", pool) == 30)
    #expect(try await LandTown.balance("parcel:DK-A", "committed", pool) == 18)
    // A fifth of the parcel is farmland; 18 mu take 3.6 of the balance, and 90 of 100 tce.
    #expect(
      try await LandTown.balance("quota:ZB-341802", "committed", pool) == LandFixture.mu("3.6"))
    #expect(try await LandTown.balance("quota:NH-341802", "committed", pool) == 90)
    let (state, due) = try await pool.query(
      "SELECT state, due_on FROM report.task"
    ).only(String.self, DateOnly.self)
    #expect(state == "open")
    #expect(due == LandFixture.day("2026-12-11"))
    let offer = try await pool.query(
      "SELECT state, answered_by, decision_id IS NOT NULL, round_id IS NULL FROM report.offer"
    ).only(String.self, String.self, Bool.self, Bool.self)
    #expect(offer == ("accepted", "office", true, true))
  }

  @Test("What-ifs foretell any part of the session", arguments: 0..<6)
  func parts(seed: Int) async throws {
    var random = SplitMix(seed: UInt64(seed) + 1)
    let part = script.filter { step in
      if case .allocate = step.motion.decision { return false }
      return random.next().isMultiple(of: 2)
    }
    try await Office.with(LandTown.template) { database, superuser in
      let base = try await database.pool.withConnection {
        try await LandWhatIf.Base.find(on: saturday, jurisdiction: nil, from: $0)
      }
      let foretold = try LandWhatIf(part.flatMap(\.changes), on: base).difference.after
      let desk = try await LandTown.openSession(database)
      for step in part { _ = try await desk.record(step.motion, session: saturday, by: "office") }
      try await LandTown.night(database)
      #expect(
        try await LandTown.awards(superuser)
          == foretold.awards.mapValues { "\($0.resource) \($0.amount.reduced)" })
    }
  }

  @Test("The minutes tell every conclusion, with unit and date; a foreign mark stays text")
  func minutes() async throws {
    try await Office.with(LandTown.template) { database, _ in
      let desk = try await LandTown.openSession(database)
      for step in script {
        _ = try await desk.record(step.motion, session: saturday, by: "office")
      }
      _ = try await desk.record(
        Motion(
          .assignTask(department: "county:341802", due: .on(saturday), request: nil, parcel: nil),
          note: "<script>&|清表\n第二行"), session: saturday, by: "office")
      let minutes = try await database.pool.withConnection {
        try await SessionMinutes.load(saturday, jurisdiction: LandTown.jurisdiction, from: $0)
      }
      #expect(minutes.conclusions.map(\.number) == Array(1...9))
      #expect(
        minutes.conclusions[0].text
          == "由宁国市调剂新增建设用地指标 30 亩给宣州区（宣自然资〔2026〕9号）。")
      #expect(
        minutes.conclusions[1].text
          == "同意将宣州区地块 DK-A 的 18 亩安排给宣城样本企业“项目TD-2”项目（TD-2）。")
      #expect(minutes.conclusions[7].department == "自然资源和规划局")
      #expect(minutes.conclusions[7].due == "2026年12月11日")
      #expect(minutes.markdown.contains("# 宣城市土地要素保障“星期六”会商会议纪要（第1次）"))
      #expect(minutes.markdown.contains("\\<script\\>"))
      #expect(minutes.html.contains("&lt;script&gt;&amp;|清表"))
      #expect(!minutes.html.contains("<script>"))
    }
  }
}
