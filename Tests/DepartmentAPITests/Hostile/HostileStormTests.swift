import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

/// Hostile requests over sockets against the binary: every field of every operation, every parameter,
/// tricks with paths, and what is no HTTP. `YAOSU_HOSTILE` is how many (a sample of the plan by default),
/// `YAOSU_HOSTILE_SEED` the seed; `YAOSU_BINARY` the binary.
@Suite("A storm of hostile requests", .timeLimit(.minutes(40)))
struct HostileStormTests {
  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }

  private static let seed = UInt64(number("YAOSU_HOSTILE_SEED") ?? 7)
  private static let lanes = 4

  @Test("Each is refused in good order: never 5xx, never a crash, never a word of it in the log")
  func storm() async throws {
    try await SmallOffice.with { office in
      let callers = try await office.begun()
      let targets = try await targets(office, callers)
      let plan = HostilePlan(targets)
      let count = Self.number("YAOSU_HOSTILE") ?? 3000
      let server = try await ServedOffice(on: office.harness.superuser)
      let began = ContinuousClock.now
      let lanes = await withTaskGroup(of: HostileLane.self) { group in
        for number in 0..<Self.lanes {
          group.addTask {
            await Self.run(
              HostileLane(plan, port: server.port, seed: Self.seed &+ UInt64(number)),
              Self.numbers(number, of: count, plan.cases.count))
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let faults = lanes.flatMap(\.faults)
      #expect(faults.isEmpty, "seed \(Self.seed): \(faults.prefix(5).joined(separator: "\n"))")
      var statuses: [Int: Int] = [:]
      for lane in lanes { statuses.merge(lane.statuses, uniquingKeysWith: +) }
      #expect(statuses.values.reduce(0, +) >= count * 9 / 10)
      #expect((statuses[422] ?? 0) > count / 5, "fields are reached: \(statuses)")
      #expect(server.isRunning, "\(server.said.suffix(2000))")
      try await outcome(server, office)
      print(
        "\(count) of a plan of \(plan.cases.count), seed \(Self.seed), \(ContinuousClock.now - began):",
        statuses.sorted { $0.key < $1.key }.map { "\($0.key) × \($0.value)" }.joined(
          separator: ", "))
    }
  }

  /// The server serves on, has told nobody's secrets, and ends in good order.
  private func outcome(_ server: ServedOffice, _ office: SmallOffice) async throws {
    let wire = try #require(HostileWire(port: server.port, patience: 60))
    wire.send(HostileRequest(method: "GET", path: "/readyz").bytes)
    #expect(try wire.receive(isHead: false).status == 200)
    let said = server.said
    for word in ["Sanitizer", "欧阳专家", "甲人才", "yaosu_", "DROP TABLE", "Fatal error"] {
      let place = said.range(of: word).map { said[$0.lowerBound...].prefix(1500) }
      #expect(place == nil, "\(place ?? "")")
    }
    #expect(await server.stop() == 0)
    let rows: Int = try await office.harness.one("SELECT count(*) FROM registry.enterprises")
    #expect(rows >= 3)
    let breaks: Int = try await office.harness.one("SELECT count(*) FROM audit.chain_break()")
    #expect(breaks == 0)
  }

  /// Which requests a lane sends: the plan from its beginning where there is room for all of it, a sample
  /// of it otherwise.
  private static func numbers(_ lane: Int, of count: Int, _ whole: Int) -> [Int] {
    stride(from: lane, to: count, by: lanes).map { number in
      count > whole ? number : number % 8 == 7 ? whole + number : number * whole / count
    }
  }

  private static func run(_ lane: HostileLane, _ numbers: [Int]) async -> HostileLane {
    await withCheckedContinuation { continuation in
      Thread {
        lane.run(numbers)
        continuation.resume(returning: lane)
      }.start()
    }
  }

  private func targets(_ office: SmallOffice, _ callers: [String]) async throws -> [HostileTarget] {
    let resources = try Resource.all()
    let operations = APIDocument.operations(resources)
    let targets = await HostileTarget.all(
      of: operations, tokens: callers, schemas: APIDocument.schemas(resources)
    ) { method, path, token, body, headers in
      await office.harness.call(method, path, token: token, body: body, headers: headers)
    }
    let open = targets.filter { $0.operation.path.contains("{") && $0.keys.isEmpty }
    #expect(open.isEmpty, "nobody has a row for \(open.map(\.operation.id))")
    return targets
  }
}

/// One connection after the other, and what came of it.
final class HostileLane: @unchecked Sendable {
  private let plan: HostilePlan
  private let port: UInt16
  private var dice: Dice
  private var wire: HostileWire?
  private(set) var statuses: [Int: Int] = [:]
  private(set) var faults: [String] = []

  init(_ plan: HostilePlan, port: UInt16, seed: UInt64) {
    self.plan = plan
    self.port = port
    dice = Dice(seed: seed)
  }

  /// Requests go out several at a time, and the answers are read then.
  func run(_ numbers: [Int]) {
    var rest = numbers[...]
    while !rest.isEmpty, faults.count < 5 {
      var batch: [(Int, HostileRequest, HostileTarget)] = []
      for number in rest.prefix(1 + dice.roll(12)) {
        let (request, target) = plan.request(number, &dice)
        batch.append((number, request, target))
        if request.isNoHTTP { break }
      }
      rest = rest.dropFirst(batch.count)
      exchange(batch)
    }
  }

  private func exchange(_ batch: [(Int, HostileRequest, HostileTarget)]) {
    guard let wire = wire ?? HostileWire(port: port, patience: 60) else {
      faults.append("nobody listens before \(batch[0].1.description)")
      return
    }
    self.wire = wire
    wire.send(batch.flatMap { $0.1.bytes })
    if batch.last?.1.isNoHTTP == true { wire.finish() }
    for (place, (number, request, target)) in batch.enumerated() {
      do throws(HostileWire.Fault) {
        let answer = try wire.receive(isHead: request.method == "HEAD")
        statuses[answer.status, default: 0] += 1
        judge(answer, number, request, target)
        guard answer.isLast || request.isNoHTTP else { continue }
        self.wire = nil
        // What stood behind it in the pipe was not read.
        if place + 1 < batch.count { exchange(Array(batch[(place + 1)...])) }
        return
      } catch {
        self.wire = nil
        if !(request.isNoHTTP && error == .ended) {
          faults.append("\(number): \(error) after \(request.description)")
        } else {
          statuses[0, default: 0] += 1
        }
        return
      }
    }
  }

  /// Operations that compute for seconds have few places.
  private static let computing: Set<String> = ["askWhatIf", "weighPolicy"]

  private func judge(
    _ answer: HostileWire.Answer, _ number: Int, _ request: HostileRequest, _ target: HostileTarget
  ) {
    let problem = try? JSONReader.read(answer.body)
    let code = problem?["code"]
    let isBusy =
      answer.status == 503 && code == .text(ProblemCode.busy.rawValue)
      && Self.computing.contains(target.operation.id)
    // What is no HTTP is answered before anything of ours sees it, and a method that has no answer of
    // its own has no body.
    let isTold =
      answer.status < 400 || answer.body.isEmpty || request.isNoHTTP
      || ProblemCode.allCases.contains { code == .text($0.rawValue) && $0.status == answer.status }
    guard answer.status < 500 || isBusy, isTold || isBusy else {
      faults.append(
        "\(number): \(answer.status) \(String(decoding: answer.body.prefix(300), as: UTF8.self)) "
          + "to \(request.description)")
      return
    }
  }
}
