internal import Postgres
internal import Synchronization

/// Counts of calls and how long they took, by operation: what `/metrics` shows of the process.
final class CallMetrics: Sendable {
  /// Upper ends of the buckets, in seconds.
  static let buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private struct Series {
    var byStatus: [Int: Int] = [:]
    var counts = [Int](repeating: 0, count: CallMetrics.buckets.count)
    var sum = 0.0
    var total = 0

    mutating func note(_ status: Int, _ seconds: Double) {
      byStatus[status, default: 0] += 1
      if let bucket = CallMetrics.buckets.firstIndex(where: { seconds <= $0 }) {
        counts[bucket] += 1
      }
      sum += seconds
      total += 1
    }
  }

  private let series = Guarded<[String: Series]>([:])
  private let running = Atomic(0)

  func begin() { running.add(1, ordering: .relaxed) }

  /// - Parameters:
  ///   - operation: an operation's id; a fixed word for calls that have none, so that no caller can
  ///     make more series.
  ///   - seconds: how long the call took.
  func end(_ operation: String, status: Int, seconds: Double) {
    running.subtract(1, ordering: .relaxed)
    series.withLock { all in
      all[operation, default: Series()].note(status, seconds)
    }
  }

  /// In Prometheus' text format.
  func write(to text: inout MetricsText) {
    text.head("yaosu_http_requests_running", "gauge", "Calls in progress.")
    text.line("yaosu_http_requests_running", [], "\(running.load(ordering: .relaxed))")
    let all = series.withLock { $0 }.sorted { $0.key < $1.key }
    text.head("yaosu_http_requests_total", "counter", "Calls answered.")
    for (operation, one) in all {
      for (status, count) in one.byStatus.sorted(by: { $0.key < $1.key }) {
        text.line(
          "yaosu_http_requests_total", [("operation", operation), ("status", "\(status)")],
          "\(count)")
      }
    }
    text.head("yaosu_http_request_seconds", "histogram", "How long calls took.")
    for (operation, one) in all { write(operation, one, to: &text) }
  }

  private func write(_ operation: String, _ one: Series, to text: inout MetricsText) {
    let name = "yaosu_http_request_seconds"
    var below = 0
    for (bucket, count) in zip(Self.buckets, one.counts) {
      below += count
      text.line(name + "_bucket", [("operation", operation), ("le", "\(bucket)")], "\(below)")
    }
    text.line(name + "_bucket", [("operation", operation), ("le", "+Inf")], "\(one.total)")
    text.line(name + "_sum", [("operation", operation)], "\(one.sum)")
    text.line(name + "_count", [("operation", operation)], "\(one.total)")
  }
}

/// Lines of Prometheus' text format, version 0.0.4.
struct MetricsText {
  private(set) var text = ""

  mutating func head(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  mutating func line(_ name: String, _ labels: [(String, String)], _ value: String) {
    let pairs = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
    text += name + (pairs.isEmpty ? "" : "{\(pairs)}") + " \(value)\n"
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
