import Foundation
import Testing

@Suite("What `yaosu solve` writes")
struct SolveOutputTests {
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "solve-\(UUID().uuidString)")

  private func file(_ name: String, _ text: String) throws -> String {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let url = folder.appending(path: name)
    try Data(text.utf8).write(to: url)
    return url.path
  }

  @Test("A link is followed, and a device stays one")
  func links() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let instance = try file("m.alloc", "alloc 1 0\n1 5 0\n")
    let real = try file("real", "old\n")
    let link = folder.appending(path: "link").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
    let null = folder.appending(path: "null").path
    try FileManager.default.createSymbolicLink(atPath: null, withDestinationPath: "/dev/null")
    let output = try await YaosuProcess.run([
      "solve", instance, "--choices", link, "--prices", null,
    ])
    #expect(output.status == 0, "\(output)")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == real)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: null) == "/dev/null")
    #expect(try String(contentsOfFile: real, encoding: .utf8) == "0\n")
  }

  @Test("What goes to the output stands beside what is printed, not under it")
  func standardOutput() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let instance = try file("m.alloc", "alloc 1 0\n1 5 0\n")
    let output = try await YaosuProcess.run(["solve", instance, "--choices", "/dev/stdout"])
    #expect(output.status == 0, "\(output)")
    #expect(output.stdout.hasPrefix("0\n") && output.stdout.contains("objective 5"), "\(output)")
  }

  @Test("What cannot be written whole is refused before anything is written")
  func refusals() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let choices = folder.appending(path: "choices").path
    for (text, prices) in [
      ("stable 0 0\n", folder.appending(path: "prices").path),
      ("alloc 1 0\n1 5 0\n", folder.appending(path: "nowhere/prices").path),
    ] {
      let instance = try file("instance", text)
      let output = try await YaosuProcess.run([
        "solve", instance, "--choices", choices, "--prices", prices,
      ])
      #expect(output.status == 1, "\(output)")
      #expect(!FileManager.default.fileExists(atPath: choices))
    }
  }
}
