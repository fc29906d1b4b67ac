import Foundation
import Testing

@testable import DepartmentAPI

@Suite("Certificate and key")
struct TLSIdentityTests {
  /// By the system's own openssl, in a folder of the test's.
  private static func openssl(_ arguments: String..., in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "openssl \(arguments)")
  }

  private static func fault(_ certificate: URL, _ key: URL) -> TLSIdentity.Fault? {
    do throws(TLSIdentity.Fault) {
      _ = try TLSIdentity(certificate: certificate.path, key: key.path)
      return nil
    } catch {
      return error
    }
  }

  @Test("A pair that belongs together is taken; what is wrong with another is said, with the file")
  func pairs() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["a", "b"] {
      try Self.openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
        "2", "-subj", "/CN=localhost", "-keyout", "\(name).key", "-out", "\(name).pem", in: folder)
    }
    try Self.openssl(
      "pkcs8", "-topk8", "-in", "a.key", "-passout", "pass:secret", "-out", "locked.key", in: folder
    )
    func file(_ name: String) -> URL { folder.appending(path: name) }
    for (name, text) in [("empty", ""), ("text", "no PEM\n")] {
      try text.write(to: file(name), atomically: true, encoding: .utf8)
    }
    #expect(Self.fault(file("a.pem"), file("a.key")) == nil)
    let cases: [(String, String, TLSIdentity.Fault.What)] = [
      ("a.pem", "b.key", .mismatch), ("a.pem", "locked.key", .noKey), ("a.pem", "empty", .noKey),
      ("a.pem", "a.pem", .noKey), ("empty", "a.key", .noCertificate),
      ("text", "a.key", .noCertificate), ("a.key", "a.key", .noCertificate),
    ]
    for (certificate, key, what) in cases {
      let fault = Self.fault(file(certificate), file(key))
      #expect(fault?.what == what, "\(certificate) \(key)")
      let named = what == .noCertificate ? certificate : key
      #expect(fault?.description.contains(file(named).path) == true)
    }
    for (certificate, key) in [("none", "a.key"), ("a.pem", "none")] {
      let fault = Self.fault(file(certificate), file(key))
      #expect(fault?.file == file("none").path)
      guard case .unreadable? = fault?.what else {
        Issue.record("\(certificate) \(key): \(String(describing: fault))")
        continue
      }
    }
  }
}
