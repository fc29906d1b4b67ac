import Allocation
import Foundation
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
