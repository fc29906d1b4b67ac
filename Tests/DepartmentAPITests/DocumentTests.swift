import Allocation
import Foundation
import HTTPTypes
import Testing

@testable import DepartmentAPI

@Suite("The document")
struct DocumentTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("openapi.yaml in the repository is what is served")
  func file() throws {
    let url = Self.root.appending(path: "Sources/DepartmentAPI/openapi.yaml")
    let served = APIDocument(resources: try Resource.all()).yaml
    if ProcessInfo.processInfo.environment["YAOSU_WRITE_DOCUMENT"] != nil {
      try served.write(to: url, atomically: true, encoding: .utf8)
    }
    let isSame = try String(contentsOf: url, encoding: .utf8) == served
    #expect(isSame, "run the tests once with YAOSU_WRITE_DOCUMENT=1")
  }

  @Test("Routes and document agree both ways")
  func routes() async throws {
    try await Harness.with { harness in
      let url = Self.root.appending(path: "Sources/DepartmentAPI/openapi.yaml")
      var documented: Set<String> = []
      var path = ""
      // Paths stand at two blanks, methods at four.
      for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
        if line.hasPrefix("  \"/") { path = line.trimmingCharacters(in: ["\"", ":", " "]) }
        for method in ["get", "post", "patch", "put", "delete"] where line == "    \(method):" {
          documented.insert("\(method.uppercased()) \(path)")
        }
      }
      let served = Set(
        harness.responder.table.routes.map { "\($0.operation.method) \($0.operation.path)" })
      #expect(documented == served)
      #expect(served.count > 70)
      for route in harness.responder.table.routes {
        let names = route.operation.parameters.map { "\($0.place) \($0.name)" }
        #expect(Set(names).count == names.count, "\(route.operation.id) has a name twice")
      }
      let ids = harness.responder.table.routes.map(\.operation.id)
      #expect(Set(ids).count == ids.count)
      let page = await harness.call("GET", "/docs").text
      #expect(served.allSatisfy { page.contains($0.replacing("&", with: "&amp;")) })
      #expect(!page.contains("http://") && !page.contains("https://"), "no outside assets")
    }
  }

  @Test(
    "Every operation has an example of what it takes and gives, and of every problem; all are valid"
  )
  func examples() throws {
    let resources = try Resource.all()
    let schemas = APIDocument.schemas(resources)
    let (check, maker) = (
      SchemaCheck(schemas), ExampleMaker(schemas: schemas, resources: resources)
    )
    for operation in APIDocument.operations(resources) {
      if let body = operation.body {
        let example = try #require(body.example, "\(operation.id) takes no example")
        #expect(check.faults(in: example, by: body.schema) == [], "\(operation.id)")
      }
      let success = try #require(operation.success, "\(operation.id) gives nothing")
      let example = try #require(maker.answer(of: operation))
      let faults = check.faults(in: example, by: success.schema)
      #expect(faults == [], "\(operation.id): \(example.compact)")
      #expect(!operation.allProblems.isEmpty)
    }
    for code in ProblemCode.allCases {
      #expect(check.faults(in: code.example, by: Schema.problem) == [], "\(code)")
      #expect(code.example["code"] == .text(code.rawValue))
    }
  }

  @Test("Whatever may succeed a little later says when, wherever it comes from")
  func retryAfter() {
    for code in ProblemCode.allCases {
      let seconds = Outgoing(Problem(code), .english, id: "1").head.headerFields[.retryAfter]
      #expect((seconds != nil) == [429, 503].contains(code.status), "\(code)")
    }
    let stated = Problem(.tooManyRequests).with("Retry-After", "7")
    #expect(Outgoing(stated, .english, id: "1").head.headerFields[.retryAfter] == "7")
  }

  @Test("The check of schemas finds what is wrong")
  func checkable() throws {
    let schema = Schema.object(
      [
        ("a", ["type": "string", "pattern": "^x+$", "maxLength": 3]),
        ("b", ["type": ["integer", "null"], "minimum": 1]),
        ("c", ["type": "array", "items": ["type": "string", "format": "date"], "minItems": 1]),
        ("d", ["type": "string", "enum": ["one", "two"]]),
      ], required: ["a"])
    let check = SchemaCheck([])
    for (text, isRight) in [
      (#"{"a":"xx","b":null,"c":["2026-11-27"],"d":"two"}"#, true), ("{}", false),
      (#"{"a":"y"}"#, false), (#"{"a":"xxxx"}"#, false), (#"{"a":"x","b":0}"#, false),
      (#"{"a":"x","b":1.5}"#, false), (#"{"a":"x","c":[]}"#, false), ("[]", false),
      (#"{"a":"x","c":["27.11.2026"]}"#, false), (#"{"a":"x","d":"three"}"#, false),
      (#"{"a":"x","e":1}"#, false), (#"{"a":null}"#, false),
    ] {
      let value = try JSONReader.read(Array(text.utf8))
      #expect(check.faults(in: value, by: schema).isEmpty == isRight, "\(text)")
    }
    #expect(check.faults(in: "x", by: ["type": "string", "colour": "red"]).count == 1)
  }

  @Test("docs/api.md has the table of problems that the program has")
  func problems() throws {
    let text = try String(
      contentsOf: Self.root.appending(path: "docs/api.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter {
      $0.hasPrefix("| `") && $0.contains("| 4") || $0.hasPrefix("| `") && $0.contains("| 5")
    }
    let listed = Set(
      rows.map { row in
        row.split(separator: "|").prefix(2).map { $0.trimmingCharacters(in: [" ", "`"]) }
          .joined(separator: " ")
      })
    #expect(listed == Set(ProblemCode.allCases.map { "\($0.rawValue) \($0.status)" }))
    for (prefix, code) in Problem.sqlStates {
      #expect(
        rows.contains { $0.contains("`\(code.rawValue)`") && $0.contains(prefix) },
        "\(prefix) stands with \(code.rawValue)")
    }
  }
}
