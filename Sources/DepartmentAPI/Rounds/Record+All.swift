internal import Allocation
internal import Postgres

extension Record {
  static let text: JSON = ["type": "string"]
  static let textOrNull: JSON = ["type": ["string", "null"]]
  static let number: JSON = ["type": "integer"]
  static let day: JSON = ["type": "string", "format": "date"]
  static let dayOrNull: JSON = ["type": ["string", "null"], "format": "date"]
  static let time: JSON = ["type": "string", "format": "date-time"]

  /// One of a closed list of words. A filter by such a column takes no others.
  static func words<W: RawRepresentable<String> & CaseIterable>(_ type: W.Type) -> JSON {
    words(type.allCases.map(\.rawValue))
  }

  static func words(_ list: [String]) -> JSON {
    ["type": "string", "enum": .array(list.map(JSON.text))]
  }

  static let all =
    [
      rounds, queuedRounds, unserved, acts, policies, parameters, calendar, answerCodes, events,
    ] + lives

  static let rounds = Record(
    path: "rounds", name: "Round", title: ("查询轮次", "List rounds"), key: "round_id",
    order: .number, isNewestFirst: true,
    filters: [
      Filter("mechanism", .text), Filter("jurisdiction", .text), Filter("business_date", .day),
      Filter("round_id", .number),
    ],
    schema: Schema.object(
      [
        ("round_id", number), ("mechanism", words(MechanismName.self)), ("jurisdiction", text),
        ("business_date", day),
        ("kind", text), ("status", text), ("policy_version", number), ("seed", text),
        ("input_digest", text), ("requests", number), ("options", number), ("assigned", number),
        ("objective", number), ("bound", number), ("gap", number), ("algorithm", text),
        ("finished_at", time), ("content_digest", text),
        (
          "publication",
          [
            "type": ["object", "null"],
            "description":
              "The act that publishes it, asked for or approved; null if there is none.",
          ]
        ), ("etag", text),
      ], required: ["round_id"]), isReadable: true, life: Life(counted: "allocation.round")
  ) { _ in
    """
    SELECT r.round_id, r.mechanism::text AS mechanism, r.jurisdiction, r.business_date, r.kind,
      r.status, r.policy_version, r.seed, r.input_digest::text AS input_digest, r.requests,
      r.options, r.assigned, r.objective, r.bound, r.bound - r.objective AS gap, r.algorithm,
      r.finished_at, r.content_digest::text AS content_digest,
      CASE WHEN a.act_id IS NOT NULL THEN json_build_object('act_id', a.act_id, 'state', a.state,
        'asked_at', a.asked_at, 'decided_at', a.decided_at) END AS publication,
      coalesce(a.event_id, r.event_id)::text AS etag
    FROM allocation.round r LEFT JOIN allocation.act a
      ON a.kind = 'publish_round' AND a.subject = r.round_id::text AND a.state IN ('asked', 'approved')
    """
  }

  static let acts = Record(
    path: "acts", name: "Act", title: ("查询须两人办理的事项", "List acts that take two persons"),
    key: "act_id", order: .number, isNewestFirst: true,
    filters: [
      Filter("kind", .text), Filter("subject", .text), Filter("state", .text),
      Filter("jurisdiction", .text),
    ],
    schema: Schema.object(
      [
        ("act_id", number),
        ("kind", words(ActKind.self)), ("subject", text), ("jurisdiction", textOrNull),
        ("mechanisms", ["type": "array", "items": text]), ("content", ["type": "object"]),
        ("content_digest", text), ("note", textOrNull),
        ("state", words(Act.State.self)), ("asked_by", text), ("asked_person", text),
        ("asked_at", time), ("decided_by", textOrNull),
        ("decided_person", textOrNull),
        ("decided_at", ["type": ["string", "null"], "format": "date-time"]),
        ("decision_note", textOrNull), ("etag", text),
      ], required: ["act_id", "kind", "subject", "content_digest", "state", "etag"]),
    isReadable: true, life: Life(counted: "allocation.act")
  ) { _ in
    """
    SELECT act_id, kind, subject, jurisdiction, mechanisms, content,
      content_digest::text AS content_digest, note, state, asked_by, asked_person, asked_at,
      decided_by, decided_person, decided_at, decision_note, event_id::text AS etag
    FROM allocation.act
    """
  }

  static let queuedRounds = Record(
    path: "queued-rounds", name: "QueuedRound", title: ("查询待算轮次", "List queued rounds"),
    key: "queued_id", order: .number, isNewestFirst: true,
    filters: [
      Filter("queued_id", .number), Filter("mechanism", .text), Filter("state", .text),
      Filter("business_date", .day),
    ],
    schema: Schema.object(
      [
        ("queued_id", number), ("mechanism", words(MechanismName.self)), ("jurisdiction", text),
        ("business_date", day), ("state", words(["queued", "running", "done", "failed"])),
        ("asked_by", text), ("asked_at", time),
        ("round_id", ["type": ["integer", "null"]]), ("fault", textOrNull),
        ("ended_at", ["type": ["string", "null"], "format": "date-time"]),
      ], required: ["queued_id", "mechanism", "jurisdiction", "business_date", "state"]),
    life: Life(counted: "allocation.queued_round")
  ) { _ in
    """
    SELECT q.queued_id, q.mechanism::text AS mechanism, q.jurisdiction, q.business_date,
      CASE WHEN q.state = 'queued' AND l.lapses_at > clock_timestamp() THEN 'running'
        ELSE q.state END AS state,
      q.asked_by, q.asked_at, q.round_id, q.fault, q.ended_at
    FROM allocation.queued_round q LEFT JOIN allocation.queue_lease l USING (queued_id)
    """
  }

  static let unserved = Record(
    path: "explanations", name: "Explanation",
    title: ("未获配（贷款为未获推荐）的诉求及缘由", "Requests that got nothing, and why"), key: "id",
    order: .text, isNewestFirst: false,
    filters: [Filter("mechanism", .text), Filter("reason", .text), Filter("request", .text)],
    schema: Schema.object(
      [
        ("id", text), ("request", text), ("mechanism", words(MechanismName.self)),
        ("round_id", number), ("business_date", day), ("reason", words(Unserved.Reason.self)),
        ("row", textOrNull),
        ("smallest_change", ["type": ["object", "null"]]),
        ("explanation", text),
      ], required: ["id", "request", "reason", "explanation"]),
    life: Life(
      counted: """
        (SELECT r.jurisdiction FROM (
          SELECT DISTINCT ON (mechanism, jurisdiction) round_id, jurisdiction FROM allocation.round
          WHERE kind = 'nightly' ORDER BY mechanism, jurisdiction, business_date DESC) r
          JOIN allocation.round_unserved USING (round_id)) u
        """, seen: "SELECT count(*) FROM access.unserved()")
  ) { language in
    """
    SELECT mechanism || '/' || request AS id, request, mechanism, round_id, business_date, reason, row, smallest_change,
      CASE \(language) WHEN 'zh' THEN explanation_zh ELSE explanation_en END AS explanation
    FROM access.unserved()
    """
  }

  static let policies = Record(
    path: "policies", name: "Policy", title: ("查询政策版本", "List versions of the policy"),
    key: "version", order: .number, isNewestFirst: true, filters: [],
    schema: Schema.object(
      [
        ("version", number), ("title", text), ("state", text), ("in_force_from", dayOrNull),
        ("base", ["type": ["integer", "null"]]), ("content_digest", text), ("etag", text),
      ], required: ["version", "title", "state"]), isReadable: true
  ) { _ in
    """
    SELECT version, title, state, in_force_from, base, policy.content_digest(version) AS content_digest,
      event_id::text AS etag
    FROM policy.versions
    """
  }

  static let parameters = Record(
    path: "policy-parameters", name: "PolicyParameter",
    title: ("查询政策参数", "List parameters of the policy"), key: "id", order: .text,
    isNewestFirst: false, filters: [Filter("version", .number), Filter("name", .text)],
    schema: Schema.object(
      [
        ("id", text), ("version", number), ("name", text), ("number", textOrNull),
        ("word", textOrNull), ("unit", text), ("meaning", text),
      ], required: ["id", "version", "name", "unit", "meaning"])
  ) { _ in
    """
    SELECT version || '/' || name AS id, version, name, number::text AS number, word, unit, meaning
    FROM policy.parameters
    """
  }

  static let calendar = Record(
    path: "calendar", name: "CalendarDay",
    title: ("放假与调休的日子", "Days that are off or worked against the week"), key: "day",
    order: .day, isNewestFirst: false,
    filters: [
      Filter("from", .day, column: "day", relation: ">="),
      Filter("to", .day, column: "day", relation: "<="),
    ],
    schema: Schema.object(
      [("day", day), ("name", text), ("is_off", ["type": "boolean"]), ("year", number)],
      required: ["day", "name", "is_off", "year"])
  ) { _ in "SELECT day, name, is_off, year FROM calendar.exceptions" }

  static let answerCodes = Record(
    path: "answer-codes", name: "AnswerCode",
    title: ("谢绝的缘由代码", "Codes of reasons to decline"), key: "id", order: .text,
    isNewestFirst: false, filters: [Filter("mechanism", .text)],
    schema: Schema.object(
      [
        ("id", text), ("mechanism", words(MechanismName.self)), ("code", text), ("meaning", text),
      ],
      required: ["id", "mechanism", "code", "meaning"])
  ) { language in
    """
    SELECT mechanism::text || '/' || code AS id, mechanism::text AS mechanism, code,
      CASE \(language) WHEN 'zh' THEN meaning ELSE meaning_en END AS meaning
    FROM allocation.answer_code
    """
  }

  static let events = Record(
    path: "audit", name: "AuditEvent", title: ("查询审计事件", "List audit events"),
    key: "position", order: .number, isNewestFirst: false,
    filters: [Filter("actor", .text), Filter("action", .text)],
    schema: Schema.object(
      [
        ("position", number), ("event_id", number), ("effective_at", time), ("recorded_at", time),
        ("actor", text), ("cause", text), ("action", text), ("hash", text),
        ("previous_hash", text),
        ("tables", ["type": "array", "items": ["type": "object"]]),
      ], required: ["position", "actor", "cause", "action", "hash"])
  ) { _ in
    """
    SELECT position, event_id, effective_at, recorded_at, actor, cause, action,
      encode(hash, 'hex') AS hash, encode(previous_hash, 'hex') AS previous_hash,
      (SELECT coalesce(jsonb_agg(c - 'values'), '[]') FROM jsonb_array_elements(changes) c) AS tables
    FROM audit.event
    """
  }
}
