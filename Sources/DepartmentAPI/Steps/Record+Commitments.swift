internal import Allocation
internal import Postgres

extension Record {
  /// Offers that were accepted: each uses capacity until it is released.
  static let commitments = Record(
    path: "commitments", name: "Commitment", title: ("配置：已接受的拟配置", "Commitments: accepted offers"),
    key: "offer_id", order: .number, isNewestFirst: true,
    filters: [
      Filter("mechanism", .text), Filter("state", .text), Filter("request", .text),
      Filter("resource", .text), Filter("uscc", .text),
    ],
    schema: Schema.object(
      [
        ("offer_id", number), ("round_id", numberOrNull), ("decision_id", numberOrNull),
        ("mechanism", words(MechanismName.self)), ("jurisdiction", text),
        ("department", textOrNull),
        ("request", text), ("uscc", text), ("resource", text), ("detail", ["type": "object"]),
        ("amount", ["type": "string", "description": "A decimal, in unit."]), ("unit", text),
        ("state", ["type": "string", "enum": ["accepted", "released"]]),
        ("answered_by", textOrNull), ("answered_on", dayOrNull), ("answer_code", textOrNull),
        ("answer_note", textOrNull), ("etag", text),
      ], required: ["offer_id", "mechanism", "state", "etag"]),
    isReadable: true,
    life: Life(
      counted:
        "(SELECT jurisdiction FROM allocation.offer WHERE state IN ('accepted', 'released')) o",
      lock: { id in
        "SELECT 1 FROM allocation.offer t WHERE t.offer_id = \(id)::bigint FOR NO KEY UPDATE"
      }, steps: [release])
  ) { _ in
    """
    SELECT o.offer_id, o.round_id, o.decision_id, o.mechanism::text AS mechanism, o.jurisdiction,
      o.department, o.request, o.uscc, o.resource, o.detail, o.amount::text AS amount, o.unit,
      o.state, o.answered_by, o.answered_on, o.answer_code, o.answer_note,
      o.event_id::text AS etag
    FROM allocation.offer o WHERE o.state IN ('accepted', 'released')
    """
  }

  private static let release = Step(
    name: "release", title: ("释放配置", "Give a commitment back, with a reason"), kinds: parties,
    fields: [.code, .note]
  ) { entry in try await answer(.release, entry) }
}
