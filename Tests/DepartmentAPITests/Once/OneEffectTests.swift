import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

/// Every POST of the document, ten times at once with one key.
@Suite("One key, one effect")
struct OneEffectTests {
  @Test("Every POST that is served has a case")
  func complete() async throws {
    try await Harness.with(SmallOffice.template) { harness in
      let posts = harness.responder.table.routes.map(\.operation).filter { $0.method == "POST" }
      let cases = PostStory.all.flatMap(\.cases).map(\.operation)
      #expect(Set(posts.map(\.id)) == Set(cases))
      #expect(posts.count > 50)
    }
  }

  @Test("Ten at once have one effect and one answer", arguments: PostStory.all)
  func tenfold(story: PostStory) async throws {
    try await SmallOffice.with(today: story.today) { office in
      for one in story.cases {
        if let today = one.today { office.turn(to: today) }
        if let night = one.night { try await office.night("2028-12-01", night) }
        try await Tenfold(one, office).run()
      }
    }
  }
}

/// One case, carried out.
private struct Tenfold {
  let one: PostCase
  let office: SmallOffice
  let operation: DepartmentAPI.Operation
  private let token: String
  private let row: String
  private let body: String
  private var version: String?
  private let key = UUID().uuidString

  init(_ one: PostCase, _ office: SmallOffice) async throws {
    (self.one, self.office) = (one, office)
    let harness = office.harness
    operation = try #require(
      harness.responder.table.routes.map(\.operation).first { $0.id == one.operation })
    token = try await harness.token(
      try await harness.one(one.by, as: String.self), one.role, person: one.person)
    row = try await harness.one(one.path)
    body = try await harness.one(one.body)
    if one.step != nil {
      version = await harness.call("GET", row, token: token).object["etag"] as? String
    }
  }

  private func send(_ body: String) async -> Reply {
    var headers = ["Idempotency-Key": key, "Content-Type": one.contentType]
    if let version { headers["If-Match"] = "\"\(version)\"" }
    return await office.harness.call(
      "POST", row + (one.step.map { "/" + $0 } ?? ""), token: token, body: body, headers: headers)
  }

  /// What the call changes, and what is told of it.
  private struct Counts: Equatable {
    var effect: Int
    var events: Int
    var ownEvents: Int
    var answers: Int
  }

  private func counts() async throws -> Counts {
    let action = one.action ?? one.operation
    return Counts(
      effect: try await office.harness.one(one.effect),
      events: try await office.harness.one("SELECT count(*) FROM audit.event"),
      ownEvents: try await office.harness.one(
        "SELECT count(*) FROM audit.event WHERE action = \(action)"),
      answers: try await office.harness.one(
        "SELECT count(*) FROM access.answered"))
  }

  func run() async throws {
    let before = try await counts()
    let replies = await withTaskGroup(of: Reply.self) { group in
      for _ in 0..<10 { group.addTask { await send(body) } }
      return await group.reduce(into: [Reply]()) { $0.append($1) }
    }
    let first = replies[0]
    #expect((200..<300).contains(first.status), "\(one.operation): \(first.text)")
    #expect(first.status == operation.status || first.status == 204, "\(one.operation)")
    #expect(
      replies.allSatisfy { $0.status == first.status && $0.body == first.body },
      "\(one.operation): \(replies.map { "\($0.status) \($0.text.prefix(200))" })")
    for name in ["ETag", "Location"] {
      #expect(Set(replies.map { $0.header(name) }).count == 1, "\(one.operation) \(name)")
    }
    var expected = before
    expected.effect += one.growth
    expected.events += one.events
    expected.ownEvents += one.events
    expected.answers += 1
    let after = try await counts()
    #expect(after == expected, "\(one.operation)")
    try await later(first)
  }

  private func later(_ first: Reply) async throws {
    let again = await send(body)
    #expect(again.header("Idempotency-Replayed") == "true", "\(one.operation)")
    #expect(again.body == first.body, "\(one.operation)")
    let other = await send(one.contentType == "application/json" ? body + " " : body + "x")
    #expect(
      one.contentType != "application/json" || other.code == "idempotency_key_reused",
      "\(one.operation): \(other.text)")
    if let success = operation.success, !first.body.isEmpty {
      let schemas = APIDocument.schemas(try Resource.all())
      let faults = SchemaCheck(schemas).faults(
        in: try JSONReader.read(first.body), by: success.schema)
      #expect(faults.isEmpty, "\(one.operation): \(faults)")
    }
  }
}
