import Foundation
import Logging
import Postgres
import Testing

@testable import yaosu

@Suite("Lines of the log")
struct LineLogTests {
  private static func event(_ level: Logger.Level, _ message: Logger.Message) -> LogEvent {
    LogEvent(
      level: level, message: message, metadata: nil, source: "test", file: #file,
      function: #function, line: #line)
  }

  private static let time = Timestamp(text: "2026-11-20T08:30:00Z")

  @Test("An entry is one object of JSON on one line, whatever stands in it")
  func line() throws {
    let hard = "\"quoted\" \\ 要素\n\r\t\u{0}\u{1B}[31m"
    let line = LineLogHandler.line(
      Self.event(.warning, "\(hard)"), "yaosu", at: try #require(Self.time),
      with: [
        "b": .string(hard), "a": .stringConvertible(7), "list": .array(["x", .string(hard)]),
        "fields": .dictionary(["k": .string(hard), "none": .dictionary([:])]),
      ])
    #expect(line.hasSuffix("}\n"))
    #expect(line.unicodeScalars.count { $0.value < 0x20 } == 1)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["time"] as? String == "2026-11-20T08:30:00Z")
    #expect(object["level"] as? String == "warning")
    #expect(object["message"] as? String == hard)
    #expect(object["b"] as? String == hard)
    #expect(object["a"] as? String == "7")
    #expect(object["list"] as? [String] == ["x", hard])
    let fields = try #require(object["fields"] as? [String: Any])
    #expect(fields["k"] as? String == hard)
    #expect((fields["none"] as? [String: Any])?.isEmpty == true)
    #expect(line.contains(#""a":"7","b":"#), "fields stand in the order of their names")
  }

  @Test("An entry without fields")
  func bare() throws {
    let line = LineLogHandler.line(
      Self.event(.info, "ready"), "yaosu", at: try #require(Self.time), with: [:])
    let fields = #""time":"2026-11-20T08:30:00Z","level":"info","label":"yaosu","message":"ready""#
    #expect(line == "{\(fields)}\n")
  }
}
