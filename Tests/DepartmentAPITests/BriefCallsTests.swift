import Allocation
import NIOCore
import NIOPosix
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("Calls on their connection's thread")
struct BriefCallsTests {
  @Test("A call that begins at once goes on where it began, and what it waits for, too")
  func staysThere() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let stayed = try await loop.submit {
      Task.immediate(executorPreference: LoopExecutor(loop)) {
        var stayed = [loop.inEventLoop]
        await Task.yield()
        stayed.append(loop.inEventLoop)
        async let child = loop.inEventLoop
        stayed.append(await child)
        try? await Task.sleep(for: .milliseconds(1))
        stayed.append(loop.inEventLoop)
        await withCheckedContinuation { waiter in Task.detached { waiter.resume() } }
        stayed.append(loop.inEventLoop)
        return stayed
      }
    }.get().value
    #expect(stayed == [true, true, true, true, true])
  }

  @Test("Brief are the reading and the creating of one row, and nothing that computes")
  func brief() async throws {
    try await Harness.with { harness in
      let brief = Set(
        harness.responder.table.routes.map(\.operation).filter(\.isBrief).map(\.id))
      let rows = try Resource.all().flatMap { [$0.reading.id, $0.creation.id] }
      #expect(brief == Set(rows + ["health"]))
    }
  }

  @Test("A body that is shorter than its head says is carried out by nobody")
  func shortened() async throws {
    try await Harness.with(Harness.town) { harness in
      let token = try await harness.token("industry", .clerk)
      let body = #"{"code":"C90","name":"汽车零部件","industry_divisions":["C36"]}"#
      let count: SQL = "SELECT count(*) FROM registry.chains WHERE code = 'C90'"
      for (length, status, rows) in [(9999, 400, 0), (body.utf8.count, 201, 1)] {
        let reply = await harness.call(
          "POST", "/v1/chains", token: token, body: body,
          headers: ["Idempotency-Key": "of-\(length)", "Content-Length": "\(length)"])
        #expect(reply.status == status, "\(reply.text)")
        #expect(try await harness.one(count, as: Int.self) == rows)
      }
    }
  }

  @Test(
    "The date of an answer",
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
      (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
    ])
  func date(second: Int, text: String) {
    #expect(ResponseDate.text(second) == text)
  }

  @Test("Ids are of one form, and none is given twice")
  func ids() {
    let ids = (0..<10_000).map { _ in APIResponder.newID() }
    #expect(Set(ids).count == ids.count)
    #expect(
      ids.allSatisfy { $0.utf8.count == 32 && $0.allSatisfy { $0.isHexDigit && !$0.isUppercase } })
  }
}
