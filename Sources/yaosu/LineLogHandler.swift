import Allocation
import Logging
import Postgres

/// Writes each entry as one JSON object on a line of its own: what a collector of logs takes without
/// being taught.
struct LineLogHandler: LogHandler {
  var logLevel: Logger.Level = .info
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private let label: String
  private let writer: LogWriter

  init(label: String, writer: LogWriter) {
    self.label = label
    self.writer = writer
  }

  subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let (time, fields) = (Timestamp.now(), known(event))
    // Who warns may be about to end.
    writer.take(isUrgent: event.level >= .warning) { [label] in
      Self.line(event, label, at: time, with: fields)
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
