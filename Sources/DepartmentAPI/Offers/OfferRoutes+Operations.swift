internal import Allocation

extension OfferRoutes {
  static let operations = [listing, reading, acceptance, decline]

  static let mechanisms: JSON = [
    "type": "string", "enum": .array(MechanismName.allCases.map { .text($0.rawValue) }),
  ]

  static let schemas: [(String, JSON)] = [
    (
      "Offer",
      Schema.object(
        [
          ("offer_id", ["type": "string"]), ("round_id", ["type": ["string", "null"]]),
          ("mechanism", mechanisms), ("jurisdiction", ["type": "string"]),
          ("department", ["type": ["string", "null"], "description": "应答单位"]),
          ("request", ["type": "string"]), ("uscc", ["type": "string"]),
          ("resource", ["type": "string"]), ("detail", ["type": "object"]),
          ("amount", ["type": "string", "description": "A decimal, in unit."]),
          ("unit", ["type": "string"]), ("score", ["type": "integer"]), ("state", states),
          ("due_on", ["type": "string", "format": "date"]),
          ("due_is_provisional", ["type": "boolean"]),
          ("answered_by", ["type": ["string", "null"]]),
          ("answered_on", ["type": ["string", "null"], "format": "date"]),
          ("answer_code", ["type": ["string", "null"]]),
          ("answer_note", ["type": ["string", "null"]]), ("version", ["type": "string"]),
        ], required: ["offer_id", "state", "version"])
    ),
    ("Acceptance", Schema.object([("note", note)], required: [])),
    (
      "Decline",
      Schema.object(
        [
          (
            "code",
            [
              "type": "string", "minLength": 1, "maxLength": 400,
              "description": "not_interested, not_released, unsuitable; site_unsuitable, price …",
            ]
          ),
          ("note", note),
        ], required: ["code"])
    ),
  ]

  private static let note: JSON = ["type": "string", "minLength": 1, "maxLength": 400]

  static let states: JSON = [
    "type": "string",
    "enum": ["offered", "accepted", "declined", "expired", "withdrawn", "released"],
  ]

  private static let id = Operation.Parameter(
    name: "offer_id", place: .path, isRequired: true,
    schema: ["type": "string", "pattern": "^[1-9][0-9]{0,17}$"], meaning: "拟配置编号")

  static let listing: Operation = {
    var operation = Operation(
      id: "listOffers", method: "GET", path: "/v1/offers", tag: "offers",
      title: ("查询拟配置", "List offers"))
    operation.parameters =
      Operation.paging
      + [("mechanism", mechanisms), ("state", states)].map {
        Operation.Parameter(name: $0.0, place: .query, schema: $0.1, meaning: $0.0)
      }
      + ["request", "resource", "uscc"].map {
        Operation.Parameter(name: $0, place: .query, schema: ["type": "string"], meaning: $0)
      }
    operation.success = .init(schema: Schema.page(of: Schema.reference("Offer")), example: nil)
    operation.problems = [
      .badRequest, .unknownParameter, .badParameter, .unauthenticated, .forbidden, .notFound,
    ]
    return operation
  }()

  static let reading: Operation = {
    var operation = Operation(
      id: "getOffer", method: "GET", path: "/v1/offers/{offer_id}", tag: "offers",
      title: ("读取拟配置", "Read an offer"))
    operation.parameters = [id]
    operation.success = .init(schema: Schema.reference("Offer"), example: nil)
    operation.problems = [.badRequest, .unauthenticated, .forbidden, .notFound]
    return operation
  }()

  static let acceptance = answering(
    "acceptOffer", "accept", ("接受拟配置", "Accept an offer"), "Acceptance",
    example: ["note": "同意选派"])
  static let decline = answering(
    "declineOffer", "decline", ("谢绝拟配置", "Decline an offer"), "Decline",
    example: ["code": "not_released", "note": "教学任务冲突"])

  private static func answering(
    _ id: String, _ verb: String, _ title: (String, String), _ schema: String, example: JSON
  ) -> Operation {
    var operation = Operation(
      id: id, method: "POST", path: "/v1/offers/{offer_id}/\(verb)", tag: "offers", title: title)
    operation.parameters = [Self.id, .idempotencyKey, .ifMatch, .prefer]
    operation.roles = [.owner]
    operation.body = .init(schema: Schema.reference(schema), example: example)
    operation.success = .init(schema: Schema.reference("Offer"), example: nil)
    operation.problems =
      Operation.writeProblems
      + [
        .keyMissing, .keyReused, .wrongParty, .notFound, .wrongState, .pastDeadline, .stepwise,
        .changedMeanwhile, .wrongCode, .versionMissing,
      ]
    return operation
  }
}
