internal import Allocation
internal import Postgres

extension Record {
  static let consultations = Record(
    path: "consultations", name: "Consultation", title: ("“星期六”会商", "Saturday consultations"),
    key: "consultation_id", order: .text, isNewestFirst: true,
    filters: [
      Filter("state", .text), Filter("from", .day, column: "session_on", relation: ">="),
      Filter("to", .day, column: "session_on", relation: "<="),
    ],
    schema: Schema.object(
      [
        ("jurisdiction", text),
        (
          "consultation_id",
          ["type": "string", "description": "The prefecture and the day: 341800-2026-11-28."]
        ), ("session_on", day), ("number", numberOrNull),
        ("state", ["type": "string", "enum": ["planned", "open", "closed"]]),
        ("is_provisional", ["type": "boolean"]), ("minutes", number), ("attending", textsSchema),
        ("etag", text),
      ], required: ["consultation_id", "session_on", "state", "etag"]),
    isReadable: true,
    life: Life(
      counted: "land.session", identify: { SessionKey($0)?.condition },
      lock: { id in
        guard let key = SessionKey(id) else { return "SELECT 1" }
        return "SELECT 1 FROM land.session t WHERE \(key.condition) FOR NO KEY UPDATE"
      }, steps: [planning] + sessionSteps)
  ) { _ in
    """
    SELECT s.jurisdiction || '-' || s.session_on AS consultation_id, s.session_on, s.number,
      s.state, s.is_provisional, s.minutes, s.attending, s.event_id::text AS etag,
      s.jurisdiction
    FROM land.session s
    """
  }

  private static let office: Set<String> = ["office", "natural_resources"]

  private static let planning = Step(
    name: "plan", title: ("计划一次会商并拟议程", "Plan a session and draft its agenda"), kinds: office,
    isOpening: true,
    fields: [StepField("session_on", .day, "会商日期（星期六）", "2026-11-28"), .jurisdiction]
  ) { entry in
    let place = try entry.jurisdiction()
    let day = try StepWords.required(entry.words.day("session_on"))
    let known = try await entry.connection.query(
      "SELECT 1 FROM land.session WHERE jurisdiction = \(place) AND session_on = \(day)"
    ).decode(Int32.self)
    guard known.isEmpty else { throw Problem(.exists) }
    try await draft(day, place, entry)
    return "\(place)-\(day)"
  }

  private static func draft(
    _ day: DateOnly, _ place: String, _ entry: StepEntry
  ) async throws {
    do {
      let (session, _) = try await AgendaDesk(on: entry.connection, jurisdiction: place)
        .draft(day, by: entry.caller.department)
      guard session.state == .planned else {
        throw SessionRefusal.state(day, session.state, needed: .planned)
      }
    } catch is RoundError {
      throw Problem(
        .wrongState, "截至当日还没有土地轮次，议程无从拟定",
        "there is no land round up to that day to draw the agenda from")
    }
  }

  private static let sessionSteps = [
    step("draft", ("重拟议程", "Draft the agenda anew"), []) { _, day, entry in
      guard let key = SessionKey(entry.id) else { return }
      try await draft(day, key.jurisdiction, entry)
    },
    step(
      "move", ("改期", "Move the session to another Saturday"),
      [
        StepField("held_on", .day, "改至（星期六）", "2026-12-05"),
        StepField("reason", .text, "缘由", "防汛会议"),
      ]
    ) { desk, day, entry in
      try await desk.move(
        SessionMove(
          saturday: day, heldOn: try StepWords.required(entry.words.day("held_on")),
          reason: try StepWords.required(entry.words.text("reason"))),
        by: entry.caller.department)
    },
    step(
      "open", ("召开", "Open the session"),
      [StepField("attending", .list(nil), "参会单位代码", ["office", "natural_resources"])]
    ) { desk, day, entry in
      _ = try await desk.open(
        day, attending: try StepWords.required(entry.words.list("attending")),
        by: entry.caller.department)
    },
    step("close", ("结束", "Close the session"), []) { desk, day, entry in
      _ = try await desk.close(day, by: entry.caller.department)
    },
    step(
      "decide", ("作出决定；安排地块须两人办理", "Record a decision; a parcel for a request takes two persons"),
      decisionFields
    ) { desk, day, entry in
      let body = entry.words.body.filter { $0.value != .null }
      let file = JSON.array([.object(body.map { JSON.Field($0.key, $0.value) })]).compact
      for motion in try Motion.list(text: file) {
        let decisions = DecisionDesk(
          on: entry.connection, jurisdiction: desk.jurisdiction, today: entry.today)
        _ = try await decisions.record(
          motion, session: day, by: entry.caller.department)
      }
    },
  ]

  /// The fields of all kinds but `allocate`, which is an override; which belong to which, ``Motion``
  /// knows.
  private static let decisionFields = [
    StepField(
      "kind", .word(Decision.Kind.allCases.filter { $0 != .allocate }.map(\.rawValue)),
      "类别：adjust_quota（from、to、amount、document_no）、"
        + "waive_threshold（request、rule、parcel、until）、hold_parcel（parcel、request、until）、"
        + "defer（request、until）、refuse（request、reason、legal_basis）、"
        + "assign_task（department、working_days 或 due、request、parcel、note）；"
        + "安排地块见 /v1/overrides", "defer"),
    StepField("request", .code, "诉求编号", "TD-2").optional,
    StepField("parcel", .code, "地块编号", "DK-A").optional,
    StepField("from", .code, "调出指标；空为上级追加", "JS-341881").optional,
    StepField("to", .code, "调入指标", "JS-341802").optional,
    StepField("amount", amount, "数量，以指标的单位", "10").optional,
    StepField("document_no", .code, "文号", "宣要素〔2026〕12号").optional,
    StepField("rule", .word(LandWaiver.Threshold.allCases.map(\.rawValue)), "豁免的门槛", "tax")
      .optional,
    StepField("until", .day, "至何日", "2027-01-31").optional,
    StepField("reason", .code, "不予安排的缘由代码", "low_benefit").optional,
    StepField("legal_basis", .text, "依据", "产业结构调整指导目录").optional,
    StepField("department", .code, "承办单位", "natural_resources").optional,
    StepField("working_days", StepField.whole(1...1000), "期限（工作日）", 5).optional,
    StepField("due", .day, "期限（日期）", "2026-12-11").optional,
    .note,
  ]

  private static let amount = RegistryColumn.Form.decimal(
    places: 4, 0...9_999_999_999, isPositive: true)

  private static func step(
    _ name: String, _ title: (String, String), _ fields: [StepField],
    _ act: @escaping @Sendable (SessionDesk, _ session: DateOnly, StepEntry) async throws -> Void
  ) -> Step {
    Step(name: name, title: title, kinds: office, fields: fields) { entry in
      guard let key = SessionKey(entry.id) else { throw Problem(.notFound) }
      try await act(
        SessionDesk(on: entry.connection, jurisdiction: key.jurisdiction), key.session, entry)
      return nil
    }
  }
}

/// `341800-2026-11-28`: the prefecture and the day.
struct SessionKey {
  let jurisdiction: String
  let session: DateOnly

  init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, parts[0].utf8.count == 6, let day = DateOnly(text: String(parts[1])),
      "\(day)" == parts[1]
    else { return nil }
    jurisdiction = String(parts[0])
    session = day
  }

  /// On the row `t`.
  var condition: SQL { "t.jurisdiction = \(jurisdiction) AND t.session_on = \(session)" }
}
