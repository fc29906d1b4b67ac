import Foundation
import Testing

@testable import Postgres

@Suite("Programs that the private server is made of")
struct ChildProcessTests {
  @Test("A program inherits its folder and nothing else that is open")
  func inherits() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let pipes = (0..<6).map { _ in Pipe() }
    let own = pipes.flatMap {
      [$0.fileHandleForReading.fileDescriptor, $0.fileHandleForWriting.fileDescriptor]
    }
    for descriptor in own { try #require(fcntl(descriptor, F_SETFD, 0) == 0) }
    let log = folder.appending(path: "log")
    let child = try ChildProcess(
      ["sh", "-c", "ls -l /proc/$$/fd; cd \(ChildProcess.folderPath) && ls"],
      folder: folder.path, log: log.path, detached: false)
    #expect(child.succeeded())
    let told = try String(contentsOf: log, encoding: .utf8)
    #expect(!told.contains("pipe:"), "\(told)")
    #expect(told.hasSuffix("\nlog\n"), "it sees its folder: \(told)")
    withExtendedLifetime(pipes) {}
  }
}
