import Allocation
import Glibc
import Logging
import Postgres
import Synchronization

/// Writes each entry as one JSON object on a line of its own, to stderr: what a collector of logs takes
/// without being taught.
///
/// Lines of several threads do not mix, and none is lost halfway.
struct LineLogHandler: LogHandler {
  var logLevel: Logger.Level = .info
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private let label: String

  init(label: String) {
    self.label = label
  }

  subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = Self.line(event, label, at: .now(), with: known(event))
    line.withUTF8 { bytes in Self.turn.withLock { _ in Self.write(UnsafeRawBufferPointer(bytes)) } }
  }

  private static let turn = Mutex(())

  private static func write(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
      // Nobody is left to tell of a log that cannot be written.
      guard count > 0 || (count < 0 && errno == EINTR) else { return }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(0, count)))
    }
  }

  private func known(_ event: LogEvent) -> Logger.Metadata {
    var all = event.metadata ?? [:]
    if let more = metadataProvider?.get() { all.merge(more) { own, _ in own } }
    if !metadata.isEmpty { all.merge(metadata) { own, _ in own } }
    if let error = event.error { all["error"] = all["error"] ?? "\(error)" }
    return all
  }

  /// The line with its end.
  static func line(
    _ event: LogEvent, _ label: String, at time: Timestamp, with metadata: Logger.Metadata
  ) -> String {
    var line = "{"
    line.reserveCapacity(320)
    append("time", time.description, to: &line)
    append("level", event.level.rawValue, to: &line)
    append("label", label, to: &line)
    append("message", event.message.description, to: &line)
    append(metadata, to: &line)
    line += "}\n"
    return line
  }

  private static func append(_ name: String, _ text: String, to line: inout String) {
    JSONText.append(name, to: &line)
    line += ":"
    JSONText.append(text, to: &line)
    line += ","
  }

  /// Fields in the order of their names.
  private static func append(_ fields: Logger.Metadata, to line: inout String) {
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      JSONText.append(name, to: &line)
      line += ":"
      append(value, to: &line)
      line += ","
    }
    if line.utf8.last == UInt8(ascii: ",") { line.removeLast() }
  }

  private static func append(_ value: Logger.MetadataValue, to line: inout String) {
    switch value {
    case .string(let text): JSONText.append(text, to: &line)
    case .stringConvertible(let value): JSONText.append("\(value)", to: &line)
    case .array(let values):
      line += "["
      for (place, value) in values.enumerated() {
        if place > 0 { line += "," }
        append(value, to: &line)
      }
      line += "]"
    case .dictionary(let fields):
      line += "{"
      append(fields, to: &line)
      line += "}"
    }
  }
}
