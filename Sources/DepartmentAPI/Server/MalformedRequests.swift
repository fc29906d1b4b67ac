internal import Allocation
internal import HTTPTypes
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes

/// Gives what is no HTTP, or has too much of it in its head, a problem's body as every other refusal has.
///
/// Hummingbird answers such a request itself, before there is a call, with an empty 400; that answer is
/// filled in on its way out. Nobody's language is known there: it is Chinese.
final class MalformedRequests: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let logger: Logger
  private var fault: HTTPParserError?

  init(logger: Logger) {
    self.logger = logger
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? HTTPParserError { fault = error }
    context.fireErrorCaught(error)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard let fault, case .head(let head) = unwrapOutboundIn(data), head.status == .badRequest,
      head.headerFields[.contentLength] == "0"
    else { return context.write(data, promise: promise) }
    let problem = Problem(fault == .headerOverflow ? .headersTooLarge : .badRequest)
    let id = APIResponder.newID()
    logger.info(
      "no HTTP",
      metadata: [
        "request": "\(id)", "status": "\(problem.code.status)", "fault": "\(fault)",
      ])
    let body = ByteBuffer(string: problem.document(.chinese, id: id).compact)
    var fields = Outgoing.headers(of: problem, .chinese, id: id)
    fields[.connection] = "close"
    fields[.contentLength] = "\(body.readableBytes)"
    let answer = HTTPResponse(status: .init(code: problem.code.status), headerFields: fields)
    context.write(wrapOutboundOut(.head(answer)), promise: nil)
    context.write(wrapOutboundOut(.body(body)), promise: promise)
  }
}
