internal import Allocation

extension PolicyRoutes {
  static let operations = [drafting, impact]

  static let version = Operation.Parameter(
    name: "version", place: .path, isRequired: true,
    schema: ["type": "string", "pattern": "^[1-9][0-9]{0,8}$"], meaning: "政策版本")

  static let schemas: [(String, JSON)] = [
    (
      "PolicyDraft",
      Schema.object(
        [
          ("base", ["type": "integer", "minimum": 1, "description": "The version to begin from."]),
          ("title", Schema.words(atMost: 100)),
          (
            "parameters",
            [
              "type": "object", "minProperties": 1,
              "propertyNames": ["pattern": "^[a-z_]+(\\.[a-z_]+)+$"],
              "additionalProperties": [
                "type": ["string", "number"], "pattern": "^[0-9a-z_.-]{1,40}$",
              ],
              "description": "Only what changes, by name; units and bounds stay the base's.",
            ]
          ),
        ], required: ["base", "title", "parameters"])
    ),
    (
      "PolicyImpact",
      Schema.object(
        [
          ("version", ["type": "integer"]),
          (
            "rounds",
            [
              "type": "array",
              "items": Schema.object(
                AnalysisRoutes.differenceFields + [
                  ("mechanism", Record.words(MechanismName.self)),
                  ("jurisdiction", ["type": "string"]),
                  ("date", ["type": "string", "format": "date"]), ("round_id", ["type": "integer"]),
                  ("policy_version", ["type": "integer"]), ("is_affected", ["type": "boolean"]),
                  (
                    "kept",
                    [
                      "type": "integer",
                      "description": "Points of the stored answer under this version.",
                    ]
                  ),
                ],
                required: AnalysisRoutes.differenceNames + [
                  "mechanism", "jurisdiction", "date", "round_id", "policy_version", "is_affected",
                  "kept",
                ]),
            ]
          ),
        ], required: ["version", "rounds"])
    ),
  ]

  static let drafting: Operation = {
    var operation = Operation(
      id: "draftPolicy", method: "POST", path: "/v1/policies", tag: "policies",
      title: ("起草政策版本", "Draft a version of the policy"))
    operation.roles = ActRoutes.askers
    operation.parameters = [.idempotencyKey, .prefer]
    operation.body = .init(
      schema: Schema.reference("PolicyDraft"),
      example: [
        "base": 2, "title": "提高亩均税收权重",
        "parameters": ["land.weight.tax": "0.35", "land.weight.investment": "0.20"],
      ])
    operation.status = 201
    operation.success = .init(schema: Schema.reference("Policy"), example: nil)
    operation.problems = Operation.writeProblems + [.keyMissing, .keyReused, .notFound]
    return operation
  }()

  static let impact: Operation = {
    var operation = Operation(
      id: "weighPolicy", method: "GET", path: "/v1/policies/{version}/impact", tag: "policies",
      title: ("此版本对各机制最近一轮的影响", "What a version would have made of each mechanism's last round"))
    operation.parameters = [
      version,
      Operation.Parameter(
        name: "mechanism", place: .query, schema: Record.words(MechanismName.self), meaning: "机制"),
      Operation.Parameter(
        name: "jurisdiction", place: .query,
        schema: ["type": "string", "pattern": "^[0-9]{6}$"], meaning: "地级市代码"),
    ]
    operation.success = .init(schema: Schema.reference("PolicyImpact"), example: nil)
    operation.problems = [
      .badRequest, .unknownParameter, .badParameter, .unauthenticated, .forbidden, .notFound, .busy,
    ]
    return operation
  }()
}
