import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import yaosu

@Suite("The log's writer", .timeLimit(.minutes(5)))
struct LogWriterTests {
  private static let line = String(repeating: "x", count: 99) + "\n"

  /// What has been written to a pipe when its other end is closed.
  private static func written(
    to pipe: Pipe, by write: @escaping @Sendable (LogWriter) -> Void
  ) throws -> [Substring] {
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    Thread.detachNewThread {
      write(LogWriter(descriptor: descriptor))
      try? pipe.fileHandleForWriting.close()
    }
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
  }

  @Test(
    "Lines of several threads stay whole, and each thread's in order", arguments: [false, true])
  func order(isBehind: Bool) throws {
    let lines = try Self.written(to: Pipe()) { writer in
      if isBehind { writer.runsBehind() }
      DispatchQueue.concurrentPerform(iterations: 4) { thread in
        for number in 0..<2_000 {
          writer.take(isUrgent: number % 500 == 0) { "\(thread) \(number) \(Self.line)" }
        }
      }
      writer.flush()
    }
    #expect(lines.count == 8_000)
    for thread in 0..<4 {
      let own = lines.filter { $0.hasPrefix("\(thread) ") }
      #expect(own == (0..<2_000).map { "\(thread) \($0) \(Self.line.dropLast())" })
    }
  }

  @Test("Whoever logs does not wait for a reader who reads nothing, nor is a line lost")
  func stalled() throws {
    let pipe = Pipe()
    let writer = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    writer.runsBehind()
    // Ten times what a pipe takes; returns although nobody reads.
    for _ in 0..<6_000 { writer.take { Self.line } }
    Thread.detachNewThread {
      writer.flush()
      try? pipe.fileHandleForWriting.close()
    }
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    #expect(data.count == 6_000 * Self.line.utf8.count)
  }

  @Test("A line comes by itself, and an urgent one is there at once with all before it")
  func due() throws {
    let pipe = Pipe()
    let writer = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    writer.runsBehind()
    writer.take { "first\n" }
    #expect(pipe.fileHandleForReading.availableData == Data("first\n".utf8))
    for number in 0..<100 { writer.take { "\(number)\n" } }
    writer.take(isUrgent: true) { "last\n" }
    let expected = (0..<100).map { "\($0)\n" }.joined() + "last\n"
    var got = Data()
    while got.count < expected.utf8.count { got += pipe.fileHandleForReading.availableData }
    #expect(got == Data(expected.utf8))
  }

  @Test("No more lines wait than the most: whoever brings another one writes")
  func bounded() async throws {
    let pipe = Pipe()
    let writer = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    writer.runsBehind()
    let counts = Counts()
    let mayGoOn = DispatchSemaphore(value: 0)
    // Keeps the writer's own thread busy with the first line while the others come.
    writer.take {
      counts.hasBegun.store(true, ordering: .relaxed)
      mayGoOn.wait()
      return Self.line
    }
    try await eventually("the writer's own thread is busy") {
      counts.hasBegun.load(ordering: .relaxed)
    }
    async let data = Self.content(of: pipe)
    Thread.detachNewThread {
      for _ in 0..<3 * LogWriter.mostPending {
        writer.take {
          counts.made.add(1, ordering: .relaxed)
          return Self.line
        }
        let count = counts.taken.add(1, ordering: .relaxed).newValue
        counts.waiting.max(count - counts.made.load(ordering: .relaxed), ordering: .relaxed)
      }
      writer.flush()
      try? pipe.fileHandleForWriting.close()
    }
    try await eventually("so many lines wait") {
      counts.taken.load(ordering: .relaxed) >= LogWriter.mostPending
    }
    mayGoOn.signal()
    #expect(await data.count == (3 * LogWriter.mostPending + 1) * Self.line.utf8.count)
    #expect(counts.waiting.load(ordering: .relaxed) <= LogWriter.mostPending + 1)
  }

  @Test("The end does not wait for a reader who stands still, not even for one who is written to")
  func end() throws {
    let pipe = Pipe()
    let writer = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    writer.runsBehind()
    for _ in 0..<2_000 { writer.take { Self.line } }
    writer.end()
    try pipe.fileHandleForWriting.close()
    let data = try #require(try pipe.fileHandleForReading.readToEnd())
    #expect(!data.isEmpty && data.count < 2_000 * Self.line.utf8.count)
  }

  @Test("A descriptor that does not wait by itself loses nothing")
  func nonblocking() throws {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    let lines = try Self.written(to: pipe) { writer in
      for _ in 0..<4_000 { writer.take { Self.line } }
    }
    #expect(lines.count == 4_000)
  }

  private final class Counts: Sendable {
    let hasBegun = Atomic(false)
    let taken = Atomic(0)
    let made = Atomic(0)
    /// The most that were taken and not made.
    let waiting = Atomic(0)
  }

  private static func content(of pipe: Pipe) async -> Data {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        let data = try? pipe.fileHandleForReading.readToEnd()
        continuation.resume(returning: data ?? Data())
      }
    }
  }
}
