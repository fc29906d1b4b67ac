extension ActRoutes {
  static let operations =
    [publication, approval, override] + Verdict.allCases.map { decision($0) }

  private static let noteSchema = Schema.words(atMost: 400)
  private static let code = Schema.words(atMost: 64)
  private static let day: JSON = ["type": "string", "format": "date"]
  private static let area: JSON = ["type": "string", "pattern": "^[0-9]{1,10}(\\.[0-9]{1,4})?$"]

  /// The fields of both kinds; which belong to which, the description says.
  private static let content: JSON = {
    let properties: [(String, JSON)] = [
      ("session", day), ("request", code), ("parcel", code), ("area_mu", area),
      ("note", noteSchema), ("chain", code), ("lead", code), ("partner", code), ("from", day),
      ("reason", noteSchema), ("document_no", Schema.words(atMost: 100)),
    ]
    guard case .object(let fields) = Schema.object(properties, required: []) else { return .null }
    let meaning =
      "allocate_land: session, request, parcel, area_mu, note; "
      + "change_banks: chain, lead, partner, from, reason, document_no."
    return .object(fields + [JSON.Field("description", .text(meaning))])
  }()

  private static let digestSchema: JSON = [
    "type": "string", "pattern": "^[0-9a-f]{64}$",
    "description": "SHA-256 of what you have seen and mean.",
  ]

  static let schemas: [(String, JSON)] = [
    (
      "Publication",
      Schema.object(
        [("content_digest", digestSchema), ("note", noteSchema)], required: ["content_digest"])
    ),
    (
      "PolicyApproval",
      Schema.object(
        [("in_force_from", ["type": "string", "format": "date"]), ("note", noteSchema)],
        required: ["in_force_from"])
    ),
    (
      "Override",
      Schema.object(
        [
          ("kind", ["type": "string", "enum": ["allocate_land", "change_banks"]]),
          ("content", content),
          ("jurisdiction", ["type": "string", "pattern": "^[0-9]{6}$"]), ("note", noteSchema),
        ], required: ["kind", "content"])
    ),
    (
      "ActApproval",
      Schema.object(
        [("content_digest", digestSchema), ("note", noteSchema)], required: ["content_digest"])
    ),
    ("ActRefusal", Schema.object([("note", noteSchema)], required: ["note"])),
    ("ActWithdrawal", Schema.object([("note", noteSchema)], required: [])),
  ]

  private static let askProblems =
    Operation.writeProblems + [
      .keyMissing, .keyReused, .exists, .alreadyDone, .personMissing, .wrongDigest, .notFound,
      .wrongState,
    ]

  private static func asking(
    _ id: String, _ path: String, _ tag: String, _ title: (String, String), _ schema: String,
    example: JSON
  ) -> Operation {
    var operation = Operation(id: id, method: "POST", path: path, tag: tag, title: title)
    operation.roles = askers
    operation.parameters = [.idempotencyKey, .prefer]
    operation.body = .init(schema: Schema.reference(schema), example: example)
    operation.status = 201
    operation.success = .init(schema: Schema.reference("Act"), example: nil)
    operation.problems = askProblems
    return operation
  }

  private static let someDigest = JSON.text(String(repeating: "0123456789abcdef", count: 4))

  static let publication: Operation = {
    var operation = asking(
      "askPublication", "/v1/rounds/{round_id}/publication", "rounds",
      ("提请公布轮次结果", "Ask for a round's publication"), "Publication",
      example: ["content_digest": someDigest])
    operation.parameters.insert(AnalysisRoutes.roundID, at: 0)
    return operation
  }()

  static let approval: Operation = {
    var operation = asking(
      "askPolicyApproval", "/v1/policies/{version}/approval", "policies",
      ("提请施行政策草案", "Ask for a draft to be put in force"), "PolicyApproval",
      example: ["in_force_from": "2027-01-01"])
    operation.parameters.insert(PolicyRoutes.version, at: 0)
    return operation
  }()

  static let override = asking(
    "askOverride", "/v1/overrides", "acts", ("提请人工调整", "Ask for an override"), "Override",
    example: [
      "kind": "change_banks",
      "content": [
        "chain": "C01", "lead": "102377000001", "partner": "103377000001", "from": "2026-12-01",
        "reason": "主办行申请退出", "document_no": "宣金〔2026〕18号",
      ],
    ])

  static func decision(_ verdict: Verdict) -> Operation {
    let (title, schema, example): ((String, String), String, JSON) =
      switch verdict {
      case .approve:
        (
          ("批准并办理（须为提请人之外的人）", "Approve and do it, as another person than asked"),
          "ActApproval",
          ["content_digest": someDigest]
        )
      case .refuse: (("不予批准", "Refuse it"), "ActRefusal", ["note": "数据有误"])
      case .withdraw: (("撤回自己的提请", "Take one's own back"), "ActWithdrawal", [:])
      }
    var operation = Operation(
      id: "\(verdict.rawValue)Act", method: "POST", path: "/v1/acts/{act_id}/\(verdict.rawValue)",
      tag: "acts", title: title)
    operation.roles = roles(verdict)
    operation.parameters = [
      Operation.Parameter(
        name: "act_id", place: .path, isRequired: true,
        schema: ["type": "string", "pattern": "^[1-9][0-9]{0,17}$"], meaning: "事项编号"),
      .idempotencyKey, .ifMatch, .prefer,
    ]
    operation.body = .init(schema: Schema.reference(schema), example: example)
    operation.success = .init(schema: Schema.reference("Act"), example: nil)
    operation.problems =
      askProblems + [.samePerson, .otherPerson, .versionMissing, .changedMeanwhile]
    return operation
  }
}
