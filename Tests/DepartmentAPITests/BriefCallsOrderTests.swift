import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import Testing

@testable import DepartmentAPI

/// The handler alone, between two that note what passes.
@Suite("What a connection's thread answers, and what it hands on")
struct BriefCallsOrderTests {
  /// Keeps what is to be sent until it is let go.
  private final class Socket: ChannelOutboundHandler {
    typealias OutboundIn = HTTPResponsePart
    private(set) var statuses: [Int] = []
    private(set) var reads = 0
    private var unsent: [EventLoopPromise<Void>] = []

    func read(context: ChannelHandlerContext) { reads += 1 }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      if case .head(let head) = unwrapOutboundIn(data) { statuses.append(head.status.code) }
      if let promise { unsent.append(promise) }
    }

    func send() {
      let sent = unsent
      unsent = []
      for promise in sent { promise.succeed() }
    }
  }

  /// Notes what was handed on.
  private final class Base: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart
    private(set) var noted: [String] = []
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): noted.append(head.path ?? "")
      case .body: noted.append("body")
      case .end: noted.append("end")
      }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      noted.append("closed")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { noted.append("error") }

    func answer() {
      context?.write(wrapOutboundOut(.head(HTTPResponse(status: .ok))), promise: nil)
      context?.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }

  private struct Line {
    let channel: EmbeddedChannel
    let socket = Socket()
    let base = Base()
    let calls: BriefCalls
    private let metrics: CallMetrics

    init(_ responder: APIResponder) throws {
      metrics = responder.metrics
      let loop = EmbeddedEventLoop()
      calls = BriefCalls(responder: responder, server: "test", executor: LoopExecutor(loop))
      channel = EmbeddedChannel(handlers: [socket, calls, base], loop: loop)
      channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    }

    func receive(_ method: HTTPRequest.Method = .get, _ path: String, isWhole: Bool = true) {
      var head = HTTPRequest(method: method, scheme: "http", authority: "x", path: path)
      if method == .post { head.headerFields[.contentLength] = "2" }
      read(.head(head))
      if method == .post { read(.body(ByteBuffer(string: "{}"))) }
      if isWhole { read(.end(nil)) }
      channel.pipeline.fireChannelReadComplete()
    }

    /// Calls carried out, whether or not anybody heard of it.
    var answered: Int {
      var text = MetricsText()
      metrics.write(to: &text)
      let line = text.text.split(separator: "\n")
        .first { $0.hasPrefix("yaosu_http_request_seconds_count") }
      return line.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
    }

    func read(_ part: HTTPRequestPart) { channel.pipeline.fireChannelRead(part) }

    func become(writable: Bool) {
      channel.isWritable = writable
      channel.pipeline.fireChannelWritabilityChanged()
    }
  }

  private func with(_ body: (Line) throws -> Void) async throws {
    try await Harness.with(Harness.town) { harness in try body(Line(harness.responder)) }
  }

  @Test("The end of the other side is told once the answer has left")
  func inputClosed() async throws {
    try await with { line in
      line.receive(.get, "/healthz")
      line.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
      #expect(line.socket.statuses == [200])
      #expect(line.base.noted.isEmpty)
      line.socket.send()
      #expect(line.base.noted == ["closed"])
    }
  }

  @Test("So is what is no HTTP")
  func error() async throws {
    try await with { line in
      line.receive(.get, "/healthz")
      line.channel.pipeline.fireErrorCaught(HTTPParserError.invalidMethod)
      #expect(line.base.noted.isEmpty)
      line.socket.send()
      #expect(line.base.noted == ["error"])
    }
  }

  @Test("A body whose rest was held back when its connection ended has not ended itself")
  func cutOff() async throws {
    try await with { line in
      line.receive(.post, "/v1/chains", isWhole: false)
      line.become(writable: false)
      line.read(.end(nil))
      #expect(line.base.noted == ["/v1/chains", "body"])
      line.channel.pipeline.syncOperations.removeHandler(line.calls, promise: nil)
      line.channel.embeddedEventLoop.run()
      #expect(line.base.noted == ["/v1/chains", "body", "error"])
    }
  }

  @Test("While answers are not taken in nothing more is answered, and nothing is read")
  func backPressure() async throws {
    try await with { line in
      line.become(writable: false)
      line.receive(.get, "/healthz")
      line.receive(.get, "/healthz")
      let reads = line.socket.reads
      line.channel.pipeline.read()
      #expect(line.socket.statuses.isEmpty)
      #expect(line.socket.reads == reads)
      line.become(writable: true)
      #expect(line.socket.statuses == [200, 200])
      #expect(line.socket.reads == reads + 1)
    }
  }

  @Test("What is held back for a connection that ends is answered no more")
  func removed() async throws {
    try await with { line in
      line.receive(.get, "/healthz")
      line.become(writable: false)
      line.receive(.get, "/healthz")
      line.channel.pipeline.syncOperations.removeHandler(line.calls, promise: nil)
      line.channel.embeddedEventLoop.run()
      line.channel.isWritable = true
      line.socket.send()
      #expect(line.answered == 1)
    }
  }

  @Test("Brief calls behind one that is handed on follow it, until that one is answered")
  func handedOn() async throws {
    try await with { line in
      line.receive(.get, "/v1/rounds")
      line.receive(.get, "/healthz")
      #expect(line.base.noted == ["/v1/rounds", "end", "/healthz", "end"])
      #expect(line.socket.statuses.isEmpty)
      line.base.answer()
      line.base.answer()
      line.receive(.get, "/healthz")
      #expect(line.base.noted.count == 4)
      #expect(line.socket.statuses == [200, 200, 200])
    }
  }

  @Test("A call that has not come whole, or is not brief, is handed on in its order")
  func inPieces() async throws {
    try await with { line in
      line.receive(.post, "/v1/chains", isWhole: false)
      #expect(line.base.noted == ["/v1/chains", "body"])
      line.read(.end(nil))
      #expect(line.base.noted == ["/v1/chains", "body", "end"])
    }
    try await with { line in
      line.receive(.get, "/healthz", isWhole: false)
      #expect(line.base.noted == ["/healthz"])
    }
    try await with { line in
      var head = HTTPRequest(method: .post, scheme: "http", authority: "x", path: "/v1/chains")
      head.headerFields[.contentLength] = "\(SharedCreations.longest + 1)"
      line.read(.head(head))
      #expect(line.base.noted == ["/v1/chains"])
    }
  }
}
