internal import Allocation
internal import Postgres

extension Record {
  static let agendaItems = Record(
    path: "agenda-items", name: "AgendaItem", title: ("会商议题", "Items of consultations' agendas"),
    key: "item_id", order: .text, isNewestFirst: false,
    filters: [
      Filter("consultation_id", .text), Filter("request", .text), Filter("cause", .text),
    ],
    schema: Schema.object(
      [
        ("item_id", text), ("consultation_id", text), ("session_on", day), ("request", text),
        ("round_id", number),
        (
          "position",
          ["type": ["integer", "null"], "description": "null: carried over, for want of time."]
        ), ("cause", words(AgendaDesk.causes)), ("cause_meaning", text),
        ("figures", ["type": "object"]),
        ("departments", textsSchema), ("worth_points", number), ("worth_tax_wan", number),
        ("minutes", number), ("raised_on", day), ("carried", number), ("etag", text),
      ], required: ["item_id", "session_on", "request", "cause", "etag"]),
    isReadable: true,
    life: Life(counted: "land.agenda_item")
  ) { language in
    """
    SELECT i.jurisdiction || '-' || i.session_on || '-' || i.request AS item_id,
      i.jurisdiction || '-' || i.session_on AS consultation_id, i.session_on, i.request,
      i.round_id, i.position, i.cause,
      CASE \(language) WHEN 'zh' THEN c.meaning ELSE c.meaning_en END AS cause_meaning,
      CASE WHEN 'land' = ANY (access.mechanisms()) THEN i.figures
        ELSE i.figures - 'rivals' END AS figures,
      i.departments, i.worth AS worth_points, i.worth_tax_wan, i.minutes, i.raised_on, i.carried,
      i.event_id::text AS etag
    FROM land.agenda_item i JOIN land.blocking_cause c ON c.code = i.cause
    """
  }

  static let decisions = Record(
    path: "decisions", name: "Decision", title: ("会商决定", "Decisions of consultations"),
    key: "decision_id", order: .number, isNewestFirst: false,
    filters: [
      Filter("consultation_id", .text), Filter("kind", .text), Filter("request", .text),
      Filter("parcel", .text),
    ],
    schema: Schema.object(
      [
        ("decision_id", number), ("consultation_id", text), ("session_on", day),
        ("conclusion", number), ("kind", words(Decision.Kind.self)), ("request", textOrNull),
        ("parcel", textOrNull),
        ("area_mu", decimalOrNull), ("from_quota", textOrNull), ("to_quota", textOrNull),
        ("amount", decimalOrNull), ("document_no", textOrNull), ("rule", textOrNull),
        ("until_on", dayOrNull), ("department", textOrNull), ("due_on", dayOrNull),
        ("due_is_provisional", ["type": ["boolean", "null"]]), ("reason_code", textOrNull),
        ("legal_basis", textOrNull), ("note", textOrNull), ("offer_id", numberOrNull),
        ("etag", text),
      ], required: ["decision_id", "session_on", "conclusion", "kind", "etag"]),
    isReadable: true,
    life: Life(counted: "land.decision")
  ) { _ in
    """
    SELECT d.decision_id, d.jurisdiction || '-' || d.session_on AS consultation_id, d.session_on,
      d.conclusion, d.kind, d.request, d.parcel, d.area_mu::text AS area_mu,
      substr(d.from_lot, strpos(d.from_lot, ':') + 1) AS from_quota,
      substr(d.to_lot, strpos(d.to_lot, ':') + 1) AS to_quota, d.amount::text AS amount,
      d.document_no, d.rule, d.until_on, d.department, d.due_on, d.due_is_provisional,
      d.reason_code, d.legal_basis, d.note,
      (SELECT o.offer_id FROM allocation.offer o WHERE o.decision_id = d.decision_id) AS offer_id,
      d.event_id::text AS etag
    FROM land.decision d
    """
  }

  static let tasks = Record(
    path: "tasks", name: "Task", title: ("会商交办的任务", "Tasks of consultations"), key: "task_id",
    order: .number, isNewestFirst: false,
    filters: [
      Filter("consultation_id", .text), Filter("state", .text), Filter("department", .text),
      Filter("due_to", .day, column: "due_on", relation: "<="),
    ],
    schema: Schema.object(
      [
        ("task_id", number), ("consultation_id", text), ("session_on", day),
        ("department", text), ("task", textOrNull), ("request", textOrNull),
        ("parcel", textOrNull), ("due_on", dayOrNull),
        ("due_is_provisional", ["type": ["boolean", "null"]]),
        ("state", ["type": "string", "enum": ["open", "done"]]), ("done_on", dayOrNull),
        ("result", textOrNull), ("etag", text),
      ], required: ["task_id", "department", "state", "etag"]),
    isReadable: true,
    life: Life(
      counted: "land.task JOIN land.decision USING (decision_id)",
      lock: { id in
        "SELECT 1 FROM land.task t WHERE t.decision_id = \(id)::bigint FOR NO KEY UPDATE"
      }, steps: [finishing])
  ) { _ in
    """
    SELECT t.decision_id AS task_id, d.jurisdiction || '-' || d.session_on AS consultation_id,
      d.session_on, d.department, d.note AS task, d.request, d.parcel, d.due_on,
      d.due_is_provisional, t.state, t.done_on, t.result, t.event_id::text AS etag
    FROM land.task t JOIN land.decision d USING (decision_id)
    """
  }

  private static let finishing = Step(
    name: "finish", title: ("报告任务办结", "Report a task done"),
    kinds: [
      "office", "natural_resources", "development_reform", "industry", "finance_office",
      "science_technology", "county",
    ], fields: [StepField("result", .text, "办理结果", "指标已追加"), .on]
  ) { entry in
    let id = try entry.number()
    let (department, jurisdiction, seat) = try await entry.connection.query(
      """
      SELECT d.department, d.jurisdiction, access.seat() FROM land.decision d
      WHERE d.decision_id = \(id)
      """
    ).only(String.self, String.self, String.self)
    guard seat == department || seat == OfferAnswer.office else {
      throw Problem(.wrongParty, "应由 \(department) 办结", "\(department) has to report it")
    }
    try await TaskDesk(on: entry.connection, jurisdiction: jurisdiction).finish(
      id, result: try StepWords.required(entry.words.text("result")), on: try entry.date(),
      by: entry.caller.department)
    return nil
  }
}
