internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes

/// Answers brief calls on the thread that reads their socket, and hands everything else on.
///
/// What comes behind it reads a request part by part from a task on another thread: right for what takes
/// long or comes in pieces, but for a row or two it costs more than the row. A call is answered here
/// if its operation is brief, see ``Operation/isBrief``, its body short, it has come in one piece, and
/// nothing that came before it on this connection waits for an answer.
///
/// Answers leave in the order of their requests: while a call is answered here, what comes is held back.
/// So it is while the caller does not take in what has been answered. Nothing more is asked of the socket
/// once something is held back.
final class BriefCalls: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private enum Event {
    case part(HTTPRequestPart)
    case error(any Error)
    case inputClosed
  }

  private let responder: APIResponder
  private let server: String
  private let executor: LoopExecutor
  /// A request that may be answered here once its end has come.
  private var coming: (request: Incoming, body: ByteBuffer)?
  /// Requests handed on whose answers have not been written to their end.
  private var handedOn = 0
  private var isAnswering = false
  /// Answers written here that have not reached the socket.
  private var unsent = 0
  /// Whether the last answer has gone out: what comes now is for nobody.
  private var isOver = false
  /// Whether something came after the last answer's request.
  private var endsWhole = false
  private var held = CircularBuffer<Event>()
  private var isDelivering = false
  private var owesRead = false

  /// - Parameter server: what the answers' `Server` says.
  init(responder: APIResponder, server: String, executor: LoopExecutor) {
    self.responder = responder
    self.server = server
    self.executor = executor
  }

  /// Bytes of a body that is read beside other connections' calls.
  private static let mostBytes = SharedCreations.longest

  private func isBrief(_ request: Incoming) -> Bool {
    guard case .found(let route, _) = request.match, route.operation.isBrief,
      request.headers[.expect] == nil, request.headers[.transferEncoding] == nil
    else { return false }
    let most = route.operation.isChange ? min(Self.mostBytes, responder.limits.bodyBytes) : 0
    return (request.bodyLength ?? 0) <= most
  }
}

// MARK: - what comes in

extension BriefCalls {
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    take(.part(unwrapInboundIn(data)), context)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    handOnWhatIsComing(context)
    context.fireChannelReadComplete()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    take(.error(error), context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent {
      take(.inputClosed, context)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    // A body whose rest was held back has not ended.
    if !held.isEmpty { context.fireErrorCaught(ChannelError.ioOnClosedChannel) }
    coming = nil
    held.removeAll()
    isOver = true
  }

  func read(context: ChannelHandlerContext) {
    if held.isEmpty, context.channel.isWritable { context.read() } else { owesRead = true }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    context.fireChannelWritabilityChanged()
    goOn(context)
  }

  private func take(_ event: Event, _ context: ChannelHandlerContext) {
    if isOver, case .part(let part) = event {
      refuse(part, context)
    } else if held.isEmpty, mayDeliver(event, context) {
      deliver(event, context)
    } else {
      held.append(event)
    }
  }

  private func mayDeliver(_ event: Event, _ context: ChannelHandlerContext) -> Bool {
    guard !isAnswering, context.channel.isActive, context.channel.isWritable else { return false }
    return switch event {
    case .part: true
    // What comes behind ends the connection when it hears of this.
    case .inputClosed, .error: unsent == 0
    }
  }

  /// Drops what comes after the last answer. Whoever counts requests would wait for the answer to
  /// this one, so the connection has to end whole.
  private func refuse(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
    guard case .head = part else { return }
    endsWhole = true
    if unsent == 0 { context.close(promise: nil) }
  }

  /// Delivers what was held back, as far as that goes.
  private func goOn(_ context: ChannelHandlerContext) {
    guard !isDelivering else { return }
    isDelivering = true
    var hasDelivered = false
    while let event = held.first, mayDeliver(event, context) {
      held.removeFirst()
      deliver(event, context)
      hasDelivered = true
    }
    isDelivering = false
    if hasDelivered {
      handOnWhatIsComing(context)
      context.fireChannelReadComplete()
    }
    if owesRead, held.isEmpty, context.channel.isWritable {
      owesRead = false
      context.read()
    }
  }

  private func deliver(_ event: Event, _ context: ChannelHandlerContext) {
    switch event {
    case .part(let part): deliver(part, context)
    case .error(let error):
      handOnWhatIsComing(context)
      context.fireErrorCaught(error)
    case .inputClosed:
      handOnWhatIsComing(context)
      context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }
  }

  private func deliver(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
    switch part {
    case .head(let head):
      let request = handedOn == 0 ? responder.incoming(head) : nil
      if let request, isBrief(request) {
        coming = (request, ByteBuffer())
      } else {
        handedOn += 1
        context.fireChannelRead(wrapInboundOut(part))
      }
    case .body(let bytes) where coming != nil: coming?.body.writeImmutableBuffer(bytes)
    case .end where coming != nil: answer(context)
    case .body, .end: context.fireChannelRead(wrapInboundOut(part))
    }
  }

  /// What has not come in one piece is not waited for here.
  private func handOnWhatIsComing(_ context: ChannelHandlerContext) {
    guard let (request, body) = coming else { return }
    coming = nil
    handedOn += 1
    context.fireChannelRead(wrapInboundOut(.head(request.head)))
    if body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(body))) }
  }
}

// MARK: - what goes out

extension BriefCalls {
  private func answer(_ context: ChannelHandlerContext) {
    guard let (request, body) = coming else { return }
    coming = nil
    isAnswering = true
    let (responder, executor) = (responder, executor)
    let here = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
    Task.immediate(executorPreference: executor) {
      let outgoing = await LoopExecutor.$current.withValue(executor) {
        await responder.answer(to: request) { Array(body.readableBytesView) }
      }
      let (handler, context) = here.value
      handler.write(outgoing, isLast: request.closes, context)
      handler.isAnswering = false
      handler.goOn(context)
    }
  }

  private func write(_ outgoing: Outgoing, isLast: Bool, _ context: ChannelHandlerContext) {
    var head = outgoing.head
    head.headerFields.append(HTTPField(name: .date, value: ResponseDate.now))
    head.headerFields.append(HTTPField(name: .server, value: server))
    if isLast {
      head.headerFields.append(HTTPField(name: .connection, value: "close"))
      end()
    }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if outgoing.body.readableBytes > 0 {
      context.write(wrapOutboundOut(.body(outgoing.body)), promise: nil)
    }
    unsent += 1
    let sent = context.eventLoop.makePromise(of: Void.self)
    sent.futureResult.assumeIsolated().whenComplete { _ in
      self.unsent -= 1
      if isLast { context.close(mode: self.endsWhole ? .all : .output, promise: nil) }
      if !self.held.isEmpty { self.goOn(context) }
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
  }

  /// Takes no more requests: this is the last answer, which has not left yet.
  private func end() {
    isOver = true
    held.removeAll { event in
      guard case .part(let part) = event else { return false }
      if case .head = part { endsWhole = true }
      return true
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    // Not all that ends is the answer to a request: what is no HTTP is answered, too.
    if case .end = unwrapOutboundIn(data) { handedOn = max(0, handedOn - 1) }
    context.write(data, promise: promise)
  }
}
