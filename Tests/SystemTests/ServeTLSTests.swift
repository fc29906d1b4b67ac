import Foundation
import TestSupport
import Testing

@Suite("yaosu serve with a certificate")
struct ServeTLSTests {
  private struct Ran {
    let status: Int32
    let output: String
  }

  private static func run(_ arguments: String..., in folder: URL) async throws -> Ran {
    try await run(list: arguments, in: folder)
  }

  private static func run(list arguments: [String], in folder: URL) async throws -> Ran {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    await YaosuProcess.waitForExit(process)
    return Ran(
      status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
  }

  private static func certificate(_ name: String, _ folder: TemporaryFolder) async throws {
    let made = try await run(
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
      "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
      "-keyout", "\(name).key", "-out", "\(name).pem", in: folder.url)
    try #require(made.status == 0)
  }

  @Test("Clients that trust the certificate are served, at TLS 1.2 or later; nothing in the clear")
  func served() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try await Self.certificate("own", folder)
    try await TestDatabase.with { pool in
      let environment = YaosuProcess.environment(of: pool)
      _ = try await YaosuProcess.run(["migrate"], environment: environment)
      let server = try await ServeProcess.start(
        environment, in: folder,
        ["--tls-cert", folder.file("own.pem").path, "--tls-key", folder.file("own.key").path])
      let url = "https://localhost:\(server.port)/healthz"
      func curl(_ options: String...) async throws -> Ran {
        try await Self.run(
          list: [
            "curl", "-sS", "--max-time", "10", "--resolve", "localhost:\(server.port):127.0.0.1",
          ] + options, in: folder.url)
      }
      let trusted = try await curl("--cacert", "own.pem", url)
      #expect(trusted.status == 0 && trusted.output == #"{"status":"alive"}"#)
      // curl's 60: the certificate is nobody's that is trusted.
      #expect(try await curl(url).status == 60)
      let old = try await curl("--cacert", "own.pem", "--tls-max", "1.1", url)
      #expect(old.status == 35, "\(old)")
      let plain = try server.ask("GET", "/healthz")
      #expect(!plain.contains("alive"), "\(plain)")
      let said = try String(contentsOf: folder.file("stdout"), encoding: .utf8)
      #expect(said.contains("listening on https://127.0.0.1:\(server.port)"))
      #expect(await server.stop())
    }
  }

  @Test("A certificate without its key, or with another one, is refused before anything is served")
  func refused() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    for name in ["a", "b"] { try await Self.certificate(name, folder) }
    func path(_ name: String) -> String { folder.file(name).path }
    for (options, status, words) in [
      (["--tls-cert", path("a.pem")], 2, "belong together"),
      (["--tls-key", path("a.key")], 2, "belong together"),
      (["--tls-cert", path("a.pem"), "--tls-key", path("b.key")], 1, "is not that of"),
      (["--tls-cert", path("a.pem"), "--tls-key", path("none")], 1, "cannot be read"),
      (["--tls-cert", path("a.key"), "--tls-key", path("a.key")], 1, "holds no certificate"),
    ] as [([String], Int32, String)] {
      let output = try await YaosuProcess.run(["serve"] + options)
      #expect(output.status == status, "\(options)")
      #expect(output.stderr.contains(words), "\(output.stderr)")
    }
  }
}
