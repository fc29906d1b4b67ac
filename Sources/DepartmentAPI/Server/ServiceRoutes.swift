internal import Allocation
internal import Postgres

/// What operators and newcomers ask for, without a token: is it alive, is it ready, how is it doing,
/// what can it do.
struct ServiceRoutes: Sendable {
  let pool: Pool
  let metrics: CallMetrics
  /// Throws while the database's schema is not this program's.
  let requireSchema: @Sendable () async throws -> Void
  let document: APIDocument

  var routes: [Route] {
    [
      Route(operation: Self.health) { _ in Answer(200, json: #"{"status":"alive"}"#) },
      Route(operation: Self.readiness) { _ in
        do {
          try await requireSchema()
        } catch {
          throw Problem(.unavailable).with("Retry-After", "5")
        }
        return Answer(200, json: #"{"status":"ready"}"#)
      },
      Route(operation: Self.measurements) { _ in
        Answer(text: await measured(), type: "text/plain; version=0.0.4; charset=utf-8")
      },
      Route(operation: Self.openAPI) { _ in
        Answer(text: document.yaml, type: "application/yaml; charset=utf-8")
      },
      Route(operation: Self.docs) { _ in
        Answer(text: document.page, type: "text/html; charset=utf-8")
      },
    ]
  }

  static let operations = [health, readiness, measurements, openAPI, docs]

  private static func operation(
    _ id: String, _ path: String, _ chinese: String, _ english: String, type: String
  ) -> Operation {
    let schema: JSON =
      type == "application/json"
      ? Schema.object([("status", ["type": "string"])], required: ["status"])
      : type == "application/yaml" ? .object([]) : ["type": "string"]
    var operation = Operation(
      id: id, method: "GET", path: path, tag: "service", title: (chinese, english))
    operation.success = .init(type: type, schema: schema, example: nil)
    operation.needsToken = false
    return operation
  }

  private static let health: Operation = {
    var health = operation(
      "health", "/healthz", "进程是否存活", "Whether the process is alive", type: "application/json")
    health.isBrief = true
    return health
  }()
  private static let readiness: Operation = {
    var ready = operation(
      "readiness", "/readyz", "数据库与结构版本是否就绪", "Whether database and schema are ready",
      type: "application/json")
    ready.problems = [.unavailable]
    return ready
  }()
  private static let measurements = operation(
    "metrics", "/metrics", "运行指标（Prometheus）", "Measurements for Prometheus", type: "text/plain")
  private static let openAPI = operation(
    "openapi", "/openapi.yaml", "本文档（OpenAPI 3.1）", "This document", type: "application/yaml")
  private static let docs = operation(
    "docs", "/docs", "可读的说明", "The document as a page", type: "text/html")

  /// The process's own counts, and the office's: without these while the database is away, since that is
  /// when somebody looks.
  private func measured() async -> String {
    var text = MetricsText()
    metrics.write(to: &text)
    let office = OfficeMetrics(pool: pool)
    office.writePool(to: &text)
    var whole = text
    var isUp = true
    do { try await office.write(to: &whole) } catch { isUp = false }
    if isUp { text = whole }
    text.head("yaosu_database_up", "gauge", "Whether the database has told the office's figures.")
    text.line("yaosu_database_up", [], isUp ? "1" : "0")
    return text.text
  }
}
