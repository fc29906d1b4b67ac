internal import Allocation
internal import Foundation
internal import HTTPTypes
internal import Postgres

/// Spreadsheets over HTTP: all of them or nothing, by the importer of `yaosu import`, in the rights of
/// the caller.
struct ImportRoutes: Sendable {
  let desk: CallDesk

  var routes: [Route] {
    [Route(operation: Self.submission) { call in try await submit(call) }]
  }

  private static let roles: Set<Role> = [.clerk, .owner]

  /// Takes back what a rehearsal did.
  private struct Rehearsed: Error {
    let answer: Answer
  }

  private func submit(_ call: Call) async throws -> Answer {
    // Whoever may not is told so before ten megabytes are taken apart.
    try await desk.read(call) { room in
      guard Self.roles.contains(room.caller.role) else { throw Problem(.forbidden) }
    }
    guard call.isPlain else { throw Problem(.unsupportedMediaType) }
    let form = try MultipartForm(call.body, contentType: call.headers[.contentType])
    let wish = try Wish(form)
    // A retry has another boundary, and is the same request.
    let call = call.with(body: wish.canonical)
    return try await desk.change(call, roles: Self.roles, opensEvent: false) { room in
      guard wish.isDryRun else { return try await run(wish, call, room) }
      do {
        return try await room.connection.transaction { _ -> Answer in
          throw Rehearsed(answer: try await run(wish, call, room))
        }
      } catch let end as Rehearsed {
        return end.answer
      }
    }
  }

  private func run(_ wish: Wish, _ call: Call, _ room: CallDesk.Room) async throws -> Answer {
    let errors = FileManager.default.temporaryDirectory.appending(
      path: "yaosu-import-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: errors) }
    let options = ImportOptions(
      dryRun: wish.isDryRun, asOf: wish.asOf, jurisdiction: room.caller.jurisdiction,
      actor: room.caller.department, errorsPath: errors.path)
    let report = try await room.asService { connection in
      try await Importer.run(
        wish.files, options: options, for: room.caller,
        cause: "\(room.caller.proof), request \(call.id)", on: connection)
    }
    guard report.isAccepted else { throw Self.problem(report, call.language, errors) }
    return Answer(200, json: Self.json(report).compact)
  }

  private static func json(_ report: ImportReport) -> JSON {
    [
      "dry_run": .truth(report.isDryRun),
      "tables": .array(
        report.tables.map {
          [
            "table": .text($0.table), "title": .text($0.title), "rows": .number("\($0.rows)"),
            "inserted": .number("\($0.inserted)"), "updated": .number("\($0.updated)"),
            "unchanged": .number("\($0.unchanged)"),
          ]
        }),
    ]
  }

  /// Bytes of the file of errors at most.
  private static let mostErrorBytes = 4 << 20

  private static func problem(
    _ report: ImportReport, _ language: Language, _ errors: URL
  ) -> Problem {
    var problem = Problem(.invalidFields)
    problem.errors = report.faults.map { fault in
      Problem.Flaw(
        parameter: fault.file.isEmpty ? nil : fault.file, code: fault.code,
        message: { fault.text($0) }, remedy: { fault.remedy($0) })
    }
    let bytes = (try? Data(contentsOf: errors)) ?? Data()
    problem.members = [
      JSON.Field("fault_count", .number("\(report.faultCount)")),
      JSON.Field(
        "errors_csv", .text(String(decoding: bytes.prefix(mostErrorBytes), as: UTF8.self))),
    ]
    return problem
  }
}

extension ImportRoutes {
  /// What a form asks for.
  struct Wish: Sendable {
    var files: [ImportText] = []
    var isDryRun = false
    var asOf: DateOnly?
    /// Everything in it, however it was sent.
    private(set) var canonical: [UInt8] = []

    /// - Throws: ``Problem`` `invalid_fields`.
    init(_ form: MultipartForm) throws(Problem) {
      var seen: Set<String> = []
      for part in form.parts {
        let label = part.file.map { "file:\($0)" } ?? part.name
        guard seen.insert(label).inserted, try take(part) else {
          throw .formField(part.name, "不认识、重复，或值不对", "unknown, repeated, or its value is wrong")
        }
        canonical += Array("\(label)\n\(part.content.count)\n".utf8) + part.content
      }
      guard !files.isEmpty else { throw .formField("files", "须有表格文件", "a spreadsheet is needed") }
    }

    private mutating func take(_ part: MultipartForm.Part) throws(Problem) -> Bool {
      if part.name == "files", let file = part.file, !file.isEmpty {
        files.append(ImportText(name: file, bytes: part.content))
        return true
      }
      let text = String(decoding: part.content, as: UTF8.self)
      switch (part.name, part.file) {
      case ("dry_run", nil) where ["true", "false"].contains(text): isDryRun = text == "true"
      case ("as_of", nil):
        guard let day = DateOnly(text: text), "\(day)" == text else { return false }
        asOf = day
      default: return false
      }
      return true
    }
  }
}

extension Problem {
  /// A field of the body that is wrong.
  fileprivate static func formField(_ name: String, _ chinese: String, _ english: String) -> Problem
  {
    var problem = Problem(.invalidFields)
    problem.errors = [
      Flaw(
        parameter: name, code: "wrong_field",
        message: { $0 == .chinese ? chinese : english },
        remedy: { $0 == .chinese ? "字段为 files、dry_run、as_of" : "fields are files, dry_run, as_of" })
    ]
    return problem
  }
}

extension ImportRoutes {
  static let operations = [submission]

  static let schemas: [(String, JSON)] = [
    (
      "ImportReport",
      Schema.object(
        [
          ("dry_run", ["type": "boolean"]),
          (
            "tables",
            [
              "type": "array",
              "items": Schema.object(
                [
                  ("table", ["type": "string"]), ("title", ["type": "string"]),
                  ("rows", ["type": "integer"]), ("inserted", ["type": "integer"]),
                  ("updated", ["type": "integer"]), ("unchanged", ["type": "integer"]),
                ], required: ["table", "rows", "inserted", "updated", "unchanged"]),
            ]
          ),
        ], required: ["dry_run", "tables"])
    )
  ]

  static let submission: Operation = {
    var operation = Operation(
      id: "importSpreadsheets", method: "POST", path: "/v1/imports", tag: "imports",
      title: ("导入表格：全部，或全不", "Import spreadsheets: all of them, or nothing"))
    operation.parameters = [.idempotencyKey, .prefer]
    operation.body = .init(
      type: "multipart/form-data",
      schema: Schema.object(
        [
          (
            "files",
            [
              "type": "array", "minItems": 1,
              "items": ["type": "string", "contentMediaType": "application/octet-stream"],
              "description": "CSV files named after their tables, for example parcels.csv.",
            ]
          ),
          ("dry_run", ["type": "string", "enum": ["true", "false"]]),
          ("as_of", ["type": "string", "format": "date"]),
        ], required: ["files"]),
      example: [
        "files": ["code,name,industry_divisions\nC07,低空经济,C37\n"], "dry_run": "true",
      ])
    operation.success = .init(schema: Schema.reference("ImportReport"), example: nil)
    operation.problems =
      Operation.writeProblems.filter { $0 != .malformedJSON }
      + [.malformedForm, .keyMissing, .keyReused]
    return operation
  }()
}
