internal import Allocation
internal import Postgres

/// What stored rounds are asked: what if, and what is otherwise in another one. Nothing is stored.
struct AnalysisRoutes: Sendable {
  let desk: CallDesk
  let bench: Workbench

  var routes: [Route] {
    [
      Route(operation: Self.whatIf) { call in try await ask(call) },
      Route(operation: Self.difference) { call in try await compare(call) },
    ]
  }

  static let roles: Set<Role> = [.clerk, .owner, .approver]
  /// Changes that one what-if states at most; a pin costs one more solve.
  static let mostChanges = 50
  static let mostPins = 8

  /// Whoever asks the same again while it is computed, waits for the one answer.
  private func ask(_ call: Call) async throws -> Answer {
    let credential = try call.shown()
    let key = try await desk.told(call) { try KeptAnswers.Claim.key(call) }
    let wish = Workbench.Wish(
      credential: credential, key: key, subject: try call.parameter("round_id"),
      body: call.body)
    return try await bench.share(wish) { try await answer(call, credential.countedBy) }
  }

  /// What nobody has answered yet.
  private struct Unanswered: Error {
    let round: Int
    let wish: WhatIfFile
  }

  /// The answer on record, or a new one, computed outside any transaction.
  private func answer(_ call: Call, _ caller: [UInt8]) async throws -> Answer {
    do {
      return try await desk.change(call, roles: Self.roles, opensEvent: false) { room in
        let round = try await Self.round(call.parameter("round_id"), room)
        throw Unanswered(
          round: round.id,
          wish: try Self.wish(call, MechanismName(rawValue: round.subject[0]) ?? .land))
      }
    } catch let open as Unanswered {
      return try await bench.hold(for: caller) {
        let answer = try await compute(open, call.renewed())
        // What was computed is worth keeping, however long it took.
        return try await desk.change(call.renewed(), roles: Self.roles, opensEvent: false) { _ in
          answer
        }
      }
    }
  }

  private func compute(_ open: Unanswered, _ call: Call) async throws -> Answer {
    let prepared = try await desk.read(call) { room in
      try await room.asService { try await open.wish.prepared(round: open.round, from: $0) }
    }
    guard open.wish.jurisdiction == nil || open.wish.jurisdiction == prepared.scope.jurisdiction
    else {
      throw Problem.field("jurisdiction", "不是此轮次的辖区", "not the round's prefecture")
    }
    let answer = try await Workbench.compute { try prepared.answer(in: .chinese) }
    return try Answer(report: answer.report)
  }

  private static func wish(_ call: Call, _ mechanism: MechanismName) throws -> WhatIfFile {
    _ = try call.fields()
    let asked = try WhatIfFile(
      text: String(decoding: call.body, as: UTF8.self), of: mechanism)
    guard asked.mechanism == mechanism else {
      throw Problem.field("mechanism", "不是此轮次的机制", "not the round's mechanism")
    }
    guard asked.changeCount <= mostChanges, asked.pinCount <= mostPins else {
      throw Problem.field(
        "changes", "至多 \(mostChanges) 项，其中指定至多 \(mostPins) 项",
        "at most \(mostChanges), \(mostPins) of them pins")
    }
    return asked
  }

  private func compare(_ call: Call) async throws -> Answer {
    let answer = try await desk.read(call) { room in
      let one = try await Self.round(call.parameter("round_id"), room)
      guard let other = call.query["with"] else {
        throw Problem.parameter("with", "须为另一轮次的编号", "the number of another round")
      }
      let two = try await Self.round(other, room)
      guard one.subject == two.subject else {
        throw Problem.parameter(
          "with", "须为同一机制、同一辖区的轮次", "a round of the same mechanism and prefecture")
      }
      return try await room.asService { connection in
        Difference(
          from: try await RoundResult.load(one.id, from: connection),
          to: try await RoundResult.load(two.id, from: connection))
      }
    }
    return try Answer(report: DifferenceReport(answer))
  }

  /// A round that the caller may see.
  ///
  /// - Throws: ``Problem`` `not_found`.
  static func round(
    _ text: String, _ room: CallDesk.Room
  ) async throws -> (id: Int, subject: [String]) {
    let id = Int(text).flatMap { "\($0)" == text ? $0 : nil } ?? 0
    let found = try await room.connection.query(
      "SELECT mechanism::text, jurisdiction FROM allocation.round WHERE round_id = \(id)"
    ).decode(String.self, String.self)
    guard let (mechanism, place) = found.first else { throw Problem(.notFound) }
    return (id, [mechanism, place])
  }
}
