internal import Allocation
internal import Postgres

extension Record {
  static let placements = Record(
    path: "placements", name: "Placement", title: ("派驻：人才在企业的时期", "Placements of talents"),
    key: "placement_id", order: .number, isNewestFirst: true,
    filters: [
      Filter("state", .text), Filter("talent", .text), Filter("institution_post", .text),
      Filter("host_post", .text), Filter("ends_to", .day, column: "ends_on", relation: "<="),
    ],
    schema: Schema.object(
      [
        ("placement_id", number), ("offer_id", numberOrNull), ("document_no", textOrNull),
        ("talent", text), ("host_post", textOrNull), ("institution_post", text),
        ("starts_on", day),
        ("ends_on", ["type": "string", "format": "date", "description": "The first day after."]),
        ("state", words(Placement.State.self)), ("state_on", day), ("choice", textOrNull),
        ("chosen_on", dayOrNull),
        ("wishes", textsSchema), ("extended_to", dayOrNull), ("settled_post", textOrNull),
        ("vacated_on", dayOrNull), ("end_code", textOrNull), ("consequence", textOrNull),
        ("note", textOrNull), ("postings", parts), ("reviews", parts),
        ("history", historySchema), ("next_states", textsSchema), ("etag", text),
      ], required: ["placement_id", "talent", "state", "etag"]),
    isReadable: true,
    life: Life(
      counted: "rotation.placement",
      lock: { id in
        """
        SELECT 1 FROM rotation.placement t WHERE t.placement_id = \(id)::bigint FOR NO KEY UPDATE
        """
      }, steps: [placing] + placementSteps)
  ) { _ in
    """
    SELECT p.placement_id, p.offer_id, p.document_no, p.talent, (
        SELECT g.host_post FROM rotation.posting g WHERE g.placement_id = p.placement_id
        ORDER BY g.posting_no DESC LIMIT 1) AS host_post,
      p.institution_post, p.starts_on, p.ends_on, p.state, p.state_on, p.choice, p.chosen_on,
      p.wishes, p.extended_to, p.settled_post, p.vacated_on, p.end_code, p.consequence, p.note,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('host_post', g.host_post,
        'from_on', lower(g.period), 'before_on', upper(g.period), 'change_code', g.change_code)
        ORDER BY g.posting_no), '[]')
        FROM rotation.posting g WHERE g.placement_id = p.placement_id) AS postings,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('review_no', r.review_no, 'due_on', r.due_on,
        'grade', r.grade, 'reviewed_on', r.reviewed_on) ORDER BY r.review_no), '[]')
        FROM rotation.review r WHERE r.placement_id = p.placement_id) AS reviews,
      \(history("rotation.placement_step", "s.placement_id = p.placement_id")) AS history,
      \(next("rotation.placement_arrow", "p.state")) AS next_states,
      greatest(p.event_id,
        (SELECT max(g.event_id) FROM rotation.posting g WHERE g.placement_id = p.placement_id),
        (SELECT max(r.event_id) FROM rotation.review r
          WHERE r.placement_id = p.placement_id))::text AS etag
    FROM rotation.placement p
    """
  }

  private static let office: Set<String> = ["human_resources", "office"]
  private static let hostPost = StepField("host_post", .code, "企业岗位编号", "RH-1")

  private static let placing = Step(
    name: "place", title: ("按文件派驻", "Place a talent by order of a document"), kinds: office,
    isOpening: true,
    fields: [
      StepField("talent", .code, "人才编号", "RC-1"), hostPost,
      StepField("institution_post", .code, "保留编制的事业岗位", "BZ-1"),
      StepField("starts_on", .day, "派驻之日", "2026-12-01"),
      StepField("months", StepField.whole(1...120), "期限（月），默认企业岗位所定", 24).optional,
      .documentNo,
    ]
  ) { entry in
    let words = entry.words
    let talent = try StepWords.required(words.text("talent"))
    let places = try await entry.connection.query(
      "SELECT jurisdiction::text FROM registry.talents WHERE code = \(talent)"
    ).decode(String.self)
    guard places.allSatisfy({ $0 == entry.caller.jurisdiction ?? $0 }) else {
      throw PlacementRefusal.unknown(kind: "talent", code: talent)
    }
    let order = PlacementDesk.Order(
      talent: talent, hostPost: try StepWords.required(words.text("host_post")),
      institutionPost: try StepWords.required(words.text("institution_post")),
      startsOn: try StepWords.required(words.day("starts_on")),
      months: words.whole("months").map { Int($0) },
      documentNo: try StepWords.required(words.text("document_no")))
    let id = try await PlacementDesk(on: entry.connection).place(
      order, on: entry.today, by: entry.caller.department)
    return "\(id)"
  }

  private static let placementSteps = [
    step(
      "review", ("中期考核", "Record the interim review that is due"),
      [
        StepField("grade", .word(Placement.Grade.allCases.map(\.rawValue)), "等次", "qualified"),
        .note, .on,
      ], kinds: office.union(["county"])
    ) { desk, talent, entry in
      try await desk.review(
        talent, grade: try StepWords.required(entry.words.word("grade")), on: try entry.date(),
        by: entry.caller.department, note: entry.words.text("note"))
    },
    step(
      "choose", ("期满选择", "Record what the talent chooses for the term's end"),
      [
        StepField("choice", .word(Placement.Choice.allCases.map(\.rawValue)), "选择", "stay"),
        StepField("wishes", .list(nil), "愿去的事业岗位，最愿者在前；选择事业岗位时", ["BZ-2"]).optional,
        StepField("months", StepField.whole(1...24), "延长的月数；选择延长时须有", 6).optional,
      ], kinds: office
    ) { desk, talent, entry in
      try await desk.choose(
        talent, try decision(entry.words), on: entry.today, by: entry.caller.department)
    },
    step(
      "change-host", ("更换企业", "Move the talent to another host"),
      [hostPost, StepField("code", .code, "缘由代码", "host_closed"), .on], kinds: office
    ) { desk, talent, entry in
      try await desk.changeHost(
        talent, to: try StepWords.required(entry.words.text("host_post")),
        code: try StepWords.required(entry.words.text("code")), on: try entry.date(),
        by: entry.caller.department)
    },
    step(
      "end", ("提前终止", "End the placement before its term"),
      [
        StepField("code", .code, "缘由代码", "resigned"),
        StepField("consequence", .text, "后果", "退还安家费"), .note, .on,
      ], kinds: office
    ) { desk, talent, entry in
      try await desk.end(
        talent, code: try StepWords.required(entry.words.text("code")),
        consequence: try StepWords.required(entry.words.text("consequence")),
        note: entry.words.text("note"), on: try entry.date(), by: entry.caller.department)
    },
    step(
      "vacate", ("空出事业岗位", "The talent has left the post where they had settled"), [.on],
      kinds: office.union(["institution"])
    ) { desk, talent, entry in
      try await desk.vacate(talent, on: try entry.date(), by: entry.caller.department)
    },
  ]

  private static func decision(_ words: StepWords) throws -> PlacementDesk.Decision {
    let choice: Placement.Choice = try StepWords.required(words.word("choice"))
    let (wishes, months) = (words.list("wishes"), words.whole("months"))
    guard wishes == nil || choice == .institutionPost else {
      throw Problem.field(
        "wishes", "superfluous", "只在选择事业岗位时填写", "belongs to institution_post", "null")
    }
    guard (months != nil) == (choice == .extend) else {
      throw Problem.field(
        "months", months == nil ? "missing_value" : "superfluous", "选择延长时须有，且只在此时",
        "extend needs it, and nothing else has it", "6")
    }
    return switch choice {
    case .stay: .stay
    case .leave: .leave
    case .institutionPost: .institutionPost(wishes: wishes ?? [])
    case .extend: .extend(months: Int(months ?? 0))
    }
  }

  private static func step(
    _ name: String, _ title: (String, String), _ fields: [StepField], kinds: Set<String>,
    _ act: @escaping @Sendable (PlacementDesk, _ talent: String, StepEntry) async throws -> Void
  ) -> Step {
    Step(name: name, title: title, kinds: kinds, fields: fields) { entry in
      let id = try entry.number()
      let (talent, latest) = try await entry.connection.query(
        """
        SELECT p.talent, (
          SELECT max(o.placement_id) FROM rotation.placement o
          WHERE o.talent = p.talent AND o.state <> 'lapsed')
        FROM rotation.placement p WHERE p.placement_id = \(id)
        """
      ).only(String.self, Int?.self)
      guard latest == id else { throw PlacementRefusal.noPlacement(talent: talent) }
      try await act(PlacementDesk(on: entry.connection), talent, entry)
      return nil
    }
  }

  /// The ledger of headcount, from this month on: read only.
  static let headcount = Record(
    path: "headcount", name: "HeadcountMonth",
    title: ("编制台账：各事业岗位逐月", "The headcount of institution posts by month"), key: "id",
    order: .text, isNewestFirst: false,
    filters: [
      Filter("institution_post", .text), Filter("from", .day, column: "month", relation: ">="),
      Filter("to", .day, column: "month", relation: "<="),
    ],
    schema: Schema.object(
      [
        ("id", text), ("institution_post", text), ("institution", text), ("month", day),
        ("headcount", number), ("occupied", number), ("promised", number),
        ("worst_case", number), ("offered", number), ("free", number), ("region", text),
      ], required: ["id", "institution_post", "month", "headcount", "worst_case"]),
    life: Life(
      counted: """
        (SELECT jurisdiction FROM registry.institution_posts CROSS JOIN generate_series(0, 35)) h
        """)
  ) { _ in
    """
    SELECT i.code || '/' || h.month AS id, i.code::text AS institution_post, i.institution,
      h.month, h.headcount, h.occupied, h.promised, h.occupied + h.promised AS worst_case,
      h.offered, h.headcount - h.occupied - h.promised AS free, i.region
    FROM registry.institution_posts i
    CROSS JOIN LATERAL rotation.headcount_in(ARRAY[i.code::text], ARRAY(
      SELECT (date_trunc('month', transaction_timestamp() AT TIME ZONE 'Asia/Shanghai')
        + make_interval(months => n))::date FROM generate_series(0, 35) n)) h
    """
  }
}
