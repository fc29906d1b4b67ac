internal import Allocation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// `GET /v1/events`: server-sent events, resumable by `Last-Event-ID`.
struct EventRoutes: Sendable {
  let hub: EventHub
  let feed: EventFeed

  var routes: [Route] {
    [Route(operation: Self.stream) { call in try await open(call) }]
  }

  private func open(_ call: Call) async throws -> Answer {
    let start = try Self.position(call)
    // Only who is let in takes a place.
    try await feed.desk.read(call) { _ in }
    // Subscribed before the first look, so that nothing falls in between.
    let wakeUps = try hub.subscribe(for: call.shown().countedBy)
    // Whoever may not is told so before the stream begins.
    let first = try await feed.page(call, after: start)
    var answer = Answer(text: "", type: "text/event-stream")
    answer.stream = AnswerStream { writer in
      try? await follow(call, first, wakeUps, &writer)
      try await writer.finish(nil)
    }
    return answer
  }

  private func follow(
    _ call: Call, _ first: EventFeed.Page, _ wakeUps: AsyncStream<Void>,
    _ writer: inout any ResponseBodyWriter
  ) async throws {
    var page = first
    try await writer.write(ByteBuffer(string: "retry: 3000\n\n" + Self.text(page)))
    var iterator = wakeUps.makeAsyncIterator()
    while true {
      if !page.hasMore {
        guard await iterator.next() != nil else { return }
      }
      // Each look proves the caller anew, as a call would: the stream of a token that is revoked or has
      // expired ends. What the database cannot prove of it is judged here.
      try await call.shown().stillCounts()
      page = try await feed.page(call.renewed(), after: page.position)
      try await writer.write(ByteBuffer(string: Self.text(page)))
    }
  }

  /// The messages, and at the end the position, with which nothing is told but how far we are: it is
  /// the heartbeat, too.
  private static func text(_ page: EventFeed.Page) -> String {
    page.messages.map {
      "event: \($0.kind.rawValue)\nid: \($0.position)\ndata: \($0.json)\n\n"
    }.joined()
      + ": \nid: \(page.position)\n\n"
  }

  /// - Throws: ``Problem`` `bad_parameter`.
  private static func position(_ call: Call) throws(Problem) -> Int? {
    guard let text = call.headers[.lastEventID] else { return nil }
    guard let position = Int(text), position >= 0, "\(position)" == text else {
      throw .parameter("Last-Event-ID", "须为此前收到的 id", "an id of this stream")
    }
    return position
  }

  static let operations = [stream]

  static let stream: Operation = {
    var operation = Operation(
      id: "streamEvents", method: "GET", path: "/v1/events", tag: "events",
      title: ("变更的事件流（SSE）", "Changes as server-sent events"))
    operation.parameters = [
      Operation.Parameter(
        name: "Last-Event-ID", place: .header,
        schema: ["type": "string", "pattern": "^(0|[1-9][0-9]{0,17})$"],
        meaning: "The last id that you have; without it the stream begins now.")
    ]
    operation.success = .init(
      type: "text/event-stream", schema: ["type": "string"],
      example: .text(
        "event: change\nid: 57\ndata: {\"position\":\"57\",\"changes\":"
          + "[{\"resource\":\"offers\",\"rows\":1,\"keys\":[[\"3\"]]}]}\n\n"))
    operation.problems = [
      .badRequest, .badParameter, .unknownParameter, .unauthenticated, .forbidden,
    ]
    return operation
  }()
}
