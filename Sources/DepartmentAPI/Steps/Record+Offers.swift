internal import Allocation
internal import Postgres

extension Record {
  /// What was offered, whatever came of it; accepted ones are ``commitments`` too.
  static let offers = Record(
    path: "offers", name: "Offer", title: ("查询拟配置", "List offers"), key: "offer_id",
    order: .number, isNewestFirst: false,
    filters: [
      Filter("mechanism", .text), Filter("state", .text), Filter("request", .text),
      Filter("resource", .text), Filter("uscc", .text),
    ],
    schema: Schema.object(
      [
        ("offer_id", number), ("round_id", numberOrNull), ("mechanism", words(MechanismName.self)),
        ("jurisdiction", text),
        ("department", ["type": ["string", "null"], "description": "应答单位"]),
        ("request", text), ("uscc", text), ("resource", text), ("detail", ["type": "object"]),
        ("amount", ["type": "string", "description": "A decimal, in unit."]), ("unit", text),
        ("score", number), ("state", words(OfferStanding.State.self)), ("due_on", day),
        ("due_is_provisional", ["type": "boolean"]), ("answered_by", textOrNull),
        ("answered_on", dayOrNull), ("answer_code", textOrNull), ("answer_note", textOrNull),
        ("etag", text),
      ], required: ["offer_id", "mechanism", "state", "etag"]),
    isReadable: true,
    life: Life(counted: "allocation.offer", steps: [accepting, declining])
  ) { _ in
    """
    SELECT o.offer_id, o.round_id, o.mechanism::text AS mechanism, o.jurisdiction, o.department,
      o.request, o.uscc, o.resource, o.detail, o.amount::text AS amount, o.unit, o.score, o.state,
      o.due_on, o.due_is_provisional, o.answered_by, o.answered_on, o.answer_code, o.answer_note,
      o.event_id::text AS etag
    FROM allocation.offer o
    """
  }

  /// Every kind that something can be offered to; whose offer it is, the offer says.
  static let parties: Set<String> = [
    "office", "natural_resources", "finance_office", "science_technology", "human_resources",
    "county", "bank", "university", "institution",
  ]

  private static let accepting = Step(
    name: "accept", title: ("接受拟配置", "Accept an offer"), kinds: parties, fields: [.note]
  ) { entry in try await answer(.accept, entry) }

  private static let declining = Step(
    name: "decline", title: ("谢绝拟配置", "Decline an offer, with a code"), kinds: parties,
    fields: [.code(example: "not_released"), .note]
  ) { entry in try await answer(.decline, entry) }

  /// The desk locks the offer and judges.
  static func answer(_ kind: OfferAnswer.Kind, _ entry: StepEntry) async throws -> String? {
    try await OfferDesk(on: entry.connection).answer(
      try entry.number(),
      OfferAnswer(
        kind, by: entry.caller.department, code: entry.words.text("code"),
        note: entry.words.text("note"), on: entry.today))
    return nil
  }
}
