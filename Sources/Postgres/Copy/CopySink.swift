internal import CLibPQ

/// Passes COPY data to the server, no faster than it takes it.
struct CopySink {
  let wire: Wire
  let site: CallSite

  func put(_ buffer: borrowing ByteWriter) async throws {
    try await drain(buffer.withBytes(start(_:)))
  }

  func put(_ bytes: [UInt8]) async throws {
    try await drain(bytes.withUnsafeBytes(start(_:)))
  }

  /// Hands the bytes to libpq, which copies them, and sends what the socket takes at once.
  private func start(_ bytes: UnsafeRawBufferPointer) -> Progress {
    guard !bytes.isEmpty else { return .finished }
    let status = wire.withPG { pg -> Progress? in
      let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      guard PQputCopyData(pg, start, Int32(clamping: bytes.count)) == 1 else { return nil }
      return PQflush(pg) == 1 ? .waiting([.read, .write]) : .finished
    }
    // A broken connection shows when the COPY is ended; until then there is nothing to wait for.
    return (status ?? nil) ?? .finished
  }

  private func drain(_ progress: Progress) async throws {
    try Task.checkCancellation()
    guard progress != .finished else { return }
    await wire.run(FlushExchange())
    if wire.withPG({ PQstatus($0) == CONNECTION_OK }) != true {
      throw PostgresError(.connectionLost, "the connection broke during COPY", callSite: site)
    }
  }
}

/// Waits until libpq's send buffer is empty. Back-pressure comes from here.
final class FlushExchange: Exchange {
  func begin(_ pg: OpaquePointer) -> Progress {
    flush(pg)
  }

  func advance(_ pg: OpaquePointer) -> Progress {
    // Reading meanwhile keeps a server that has something to say from blocking on us.
    PQconsumeInput(pg) == 1 ? flush(pg) : .finished
  }

  private func flush(_ pg: OpaquePointer) -> Progress {
    PQflush(pg) == 1 ? .waiting([.read, .write]) : .finished
  }
}
