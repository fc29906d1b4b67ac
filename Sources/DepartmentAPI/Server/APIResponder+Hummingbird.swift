internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension APIResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  func respond(to request: Request, context: Context) async throws -> Response {
    await response(to: request)
  }

  func response(to request: Request) async -> Response {
    let incoming = incoming(request.head)
    let outgoing = await answer(to: incoming) {
      try await bytes(of: request.body, length: incoming.bodyLength)
    }
    guard let stream = outgoing.stream else {
      return Response(
        status: outgoing.head.status, headers: outgoing.headers,
        body: .init(byteBuffer: outgoing.body))
    }
    return Response(
      status: outgoing.head.status, headers: outgoing.headers,
      body: .init { writer in try await stream.write(&writer) })
  }

  /// A body that comes piece by piece.
  ///
  /// - Throws: ``Problem`` `body_too_large`, `body_timeout`.
  private func bytes(of body: RequestBody, length: Int?) async throws -> [UInt8] {
    if let length, length > limits.bodyBytes { throw Problem(.bodyTooLarge) }
    let (most, time) = (limits.bodyBytes, limits.bodyTime)
    return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
      group.addTask {
        var bytes: [UInt8] = []
        for try await part in body {
          guard bytes.count + part.readableBytes <= most else { throw Problem(.bodyTooLarge) }
          bytes += part.readableBytesView
        }
        // A connection that is gone ends a body like its end does.
        guard length ?? bytes.count == bytes.count else { throw Problem(.badRequest) }
        return bytes
      }
      group.addTask {
        try await Task.sleep(for: time)
        return nil
      }
      defer { group.cancelAll() }
      guard let bytes = try await group.next() ?? nil else { throw Problem(.bodyTimeout) }
      return bytes
    }
  }
}
