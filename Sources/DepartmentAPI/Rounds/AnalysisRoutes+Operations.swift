extension AnalysisRoutes {
  static let operations = [whatIf, difference]

  static let roundID = Operation.Parameter(
    name: "round_id", place: .path, isRequired: true,
    schema: ["type": "string", "pattern": "^[1-9][0-9]{0,17}$"], meaning: "轮次编号")

  private static let number: JSON = ["type": "integer"]
  private static let text: JSON = ["type": "string"]

  private static let award = Schema.object(
    [
      ("resource", text), ("companion", text), ("amount", text), ("unit", text),
      ("score", number),
    ],
    required: ["resource", "amount", "unit", "score"])
  private static let turn = Schema.object(
    [
      ("request", text), ("enterprise", text), ("before", Schema.reference("Award")),
      ("after", Schema.reference("Award")),
    ], required: ["request", "enterprise"])
  private static let side = Schema.object(
    [
      ("objective", number), ("bound", number), ("gap", number), ("status", text),
      ("served", number),
    ], required: ["objective", "bound", "gap", "status", "served"])
  private static let rowSide = Schema.object(
    [("upper", text), ("used", text), ("price", text)], required: ["upper", "used"])
  private static let row = Schema.object(
    [("row", text), ("unit", text), ("before", rowSide), ("after", rowSide)],
    required: ["row", "unit"])
  private static let pair = Schema.object(
    [("request", text), ("resource", text)], required: ["request", "resource"])
  private static let withdrawn = Schema.object(
    [("offer", number), ("request", text), ("resource", text)],
    required: ["offer", "request", "resource"])
  private static let turns: JSON = ["type": "array", "items": Schema.reference("AwardTurn")]

  /// The fields of a difference, for what says more beside.
  static let differenceFields: [(String, JSON)] = [
    ("before", side), ("after", side), ("gains", turns), ("losses", turns), ("moves", turns),
    ("rows", ["type": "array", "items": row]),
  ]
  static let differenceNames = differenceFields.map(\.0)

  static let schemas: [(String, JSON)] = [
    ("Award", award), ("AwardTurn", turn),
    ("RoundDifference", Schema.object(differenceFields, required: differenceNames)),
    (
      "WhatIf",
      Schema.object(
        [
          ("mechanism", ["type": "string", "enum": ["land", "finance", "techvp", "rotation"]]),
          ("jurisdiction", ["type": "string", "pattern": "^[0-9]{6}$"]),
          (
            "changes",
            [
              "type": "array", "maxItems": .number("\(mostChanges)"),
              "items": ["type": "object", "required": ["change"]],
              "description": "As the file of `yaosu what-if`: docs/staff.zh-CN.md has all kinds.",
            ]
          ),
        ], required: ["changes"])
    ),
    (
      "WhatIfAnswer",
      Schema.object(
        differenceFields + [
          ("mechanism", text), ("jurisdiction", text),
          ("date", ["type": "string", "format": "date"]),
          ("round_id", number), ("search_gain", number),
          ("night", ["type": "string", "format": "date"]),
          ("withdrawn", ["type": "array", "items": withdrawn]),
          (
            "overrides",
            [
              "type": "array",
              "items": Schema.object(
                [
                  ("change", number), ("request", text), ("award", Schema.reference("Award")),
                  ("cost", number), ("displaced", turns),
                  ("blocking_pairs", ["type": "array", "items": pair]),
                ],
                required: ["change", "request", "award", "cost", "displaced", "blocking_pairs"]),
            ]
          ),
        ],
        required: differenceNames + [
          "mechanism", "jurisdiction", "date", "search_gain", "withdrawn", "overrides",
        ])
    ),
  ]

  static let whatIf: Operation = {
    var operation = Operation(
      id: "askWhatIf", method: "POST", path: "/v1/rounds/{round_id}/what-if", tag: "rounds",
      title: ("试算：若作这些改动会怎样；不作存储", "What stated changes would make different; stores nothing"))
    operation.roles = roles
    operation.parameters = [roundID, .idempotencyKey]
    operation.body = .init(
      schema: Schema.reference("WhatIf"),
      example: [
        "changes": [
          ["change": "quota", "region": "341802", "kind": "construction_land", "by": "50"]
        ]
      ])
    operation.success = .init(schema: Schema.reference("WhatIfAnswer"), example: nil)
    operation.problems =
      Operation.writeProblems + [.keyMissing, .keyReused, .notFound, .wrongState, .busy]
    return operation
  }()

  static let difference: Operation = {
    var operation = Operation(
      id: "compareRounds", method: "GET", path: "/v1/rounds/{round_id}/diff", tag: "rounds",
      title: ("从此轮次到另一轮次有何不同", "What is otherwise in another round than in this one"))
    operation.parameters = [
      roundID,
      Operation.Parameter(
        name: "with", place: .query, isRequired: true,
        schema: ["type": "string", "pattern": "^[1-9][0-9]{0,17}$"],
        meaning: "The other round: its side is called after."),
    ]
    operation.success = .init(schema: Schema.reference("RoundDifference"), example: nil)
    operation.problems = [
      .badRequest, .unknownParameter, .badParameter, .unauthenticated, .forbidden, .notFound,
    ]
    return operation
  }()
}
