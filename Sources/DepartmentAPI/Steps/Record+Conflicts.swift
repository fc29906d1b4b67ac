internal import Allocation
internal import Postgres

extension Record {
  /// Recorded and ended by the office of science and technology: no county lifts what stands between its
  /// own enterprise and an expert.
  static let conflicts = Record(
    path: "conflicts", name: "Conflict",
    title: ("利益关联：科技副总须回避者", "Conflicts of interest: what a tech VP must keep clear of"),
    key: "conflict_id", order: .number, isNewestFirst: true,
    filters: [Filter("uscc", .text), Filter("expert", .text), Filter("university", .text)],
    schema: Schema.object(
      [
        ("conflict_id", number), ("uscc", text), ("expert", textOrNull),
        ("university", textOrNull), ("kind", words(ExpertConflict.Kind.self)),
        ("evidence", text), ("since", day),
        (
          "until",
          [
            "type": ["string", "null"], "format": "date",
            "description": "The last day on which it holds; a founder stays one whatever it says.",
          ]
        ), ("recorded_on", day),
        (
          "touched",
          [
            "type": "array", "items": ["type": "string"],
            "description":
              "Requests with a live offer or term that it stands against: see their appointments.",
          ]
        ), ("etag", text),
      ], required: ["conflict_id", "uscc", "kind", "since", "etag"]),
    isReadable: true,
    life: Life(
      counted: "registry.conflicts_of_interest",
      lock: { id in
        """
        SELECT 1 FROM registry.conflicts_of_interest t
        WHERE t.id = \(id)::bigint FOR NO KEY UPDATE
        """
      }, steps: [recording, ending])
  ) { _ in
    """
    SELECT c.id AS conflict_id, c.uscc, c.expert, c.university, c.kind, c.evidence, c.since,
      c.until, c.recorded_on, ARRAY(
        SELECT a.request FROM techvp.appointment a
        WHERE a.uscc = c.uscc AND (a.expert = c.expert OR a.university = c.university)
          AND a.state IN ('offered', 'consented', 'agreed', 'active')
          AND (c.kind = 'founded' OR c.until IS NULL OR c.until >= coalesce(a.starts_on, a.state_on))
        ORDER BY a.request COLLATE "C") AS touched,
      c.event_id::text AS etag
    FROM registry.conflicts_of_interest c
    """
  }

  private static let keepers: Set<String> = ["science_technology", "office"]

  private static let recording = Step(
    name: "record", title: ("登记利益关联", "Record a conflict of interest"), kinds: keepers,
    isOpening: true,
    fields: [
      StepField("uscc", .code, "企业的统一社会信用代码", "91341802CR63F0WT2P"),
      StepField("expert", .code, "关联专家；与高校二者填其一", "ZJ-1").optional.shown,
      StepField("university", .code, "关联高校；与专家二者填其一", "4134010359").optional,
      StepField(
        "kind", .word(ExpertConflict.Kind.allCases.map(\.rawValue)), "创办或持股", "owned"),
      StepField("evidence", .text, "依据", "工商登记〔2026〕12号"),
      StepField("since", .day, "起始日", "2024-03-01"),
      StepField("until", .day, "截止日（含）；未止则不填", "2026-11-30").optional,
    ]
  ) { entry in
    let uscc = try StepWords.required(entry.words.text("uscc"))
    let place = try await entry.connection.query(
      "SELECT jurisdiction::text FROM registry.enterprises WHERE uscc = \(uscc)"
    ).decode(String.self).first
    guard let place, place == entry.caller.jurisdiction ?? place else {
      throw ConflictRefusal.unknown(.enterprise, uscc)
    }
    let recorded = try await ConflictDesk(on: entry.connection).record(
      try StepWords.required(entry.words.word("kind")), of: try party(entry.words), in: uscc,
      evidence: try StepWords.required(entry.words.text("evidence")),
      since: try StepWords.required(entry.words.day("since")), until: entry.words.day("until"),
      on: entry.today, by: entry.caller.department)
    return "\(recorded.id)"
  }

  private static func party(_ words: StepWords) throws(Problem) -> ConflictDesk.Party {
    switch (words.text("expert"), words.text("university")) {
    case (let expert?, nil): return .expert(expert)
    case (nil, let university?): return .university(university)
    default:
      throw .field(
        "expert", "missing_value", "专家与高校须填其一，且只填其一", "an expert or a university, one of them",
        "expert, university")
    }
  }

  private static let ending = Step(
    name: "end", title: ("登记利益关联的截止日", "Record the last day on which a conflict holds"),
    kinds: keepers, fields: [StepField("until", .day, "截止日（含）", "2026-11-30")]
  ) { entry in
    try await ConflictDesk(on: entry.connection).end(
      try entry.number(), on: try StepWords.required(entry.words.day("until")),
      recordedOn: entry.today, by: entry.caller.department)
    return nil
  }
}
