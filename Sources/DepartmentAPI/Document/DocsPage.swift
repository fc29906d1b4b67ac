internal import Allocation

/// The document as one page that needs nothing from elsewhere.
enum DocsPage {
  static func html(_ operations: [Operation]) -> String {
    let sections = tags(operations).map { tag in
      "<h2>\(escaped(tag))</h2>"
        + operations.filter { $0.tag == tag }.map(section).joined()
    }
    return """
      <!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width"><title>要素 · API</title>
      <style>body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
      code{background:#eee;padding:.1em .3em;border-radius:3px}details{margin:.3rem 0}
      table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:left;vertical-align:top}
      </style></head><body><h1>要素 · department API</h1>
      <p>机器可读的文档：<a href="/openapi.yaml">/openapi.yaml</a>。
      令牌置于 <code>Authorization: Bearer …</code>；每次 POST 附 <code>Idempotency-Key</code>，
      每次更改附 <code>If-Match</code>。</p>
      \(sections.joined())<h2>problems</h2>\(problems)</body></html>

      """
  }

  private static func tags(_ operations: [Operation]) -> [String] {
    operations.reduce(into: []) { if !$0.contains($1.tag) { $0.append($1.tag) } }
  }

  private static func section(_ operation: Operation) -> String {
    let parameters = operation.parameters.map { parameter in
      "<tr><td><code>\(escaped(parameter.name))</code></td><td>\(parameter.place.rawValue)</td>"
        + "<td>\(escaped(parameter.meaning))</td><td><code>\(escaped(parameter.schema.compact))</code></td></tr>"
    }
    let table = parameters.isEmpty ? "" : "<table>\(parameters.joined())</table>"
    let body = operation.body?.example.map { "<pre>\(escaped($0.compact))</pre>" } ?? ""
    let codes = operation.problems.map { "<a href=\"#\($0.rawValue)\">\($0.rawValue)</a>" }
    let failures = codes.isEmpty ? "" : "<p>\(codes.joined(separator: " · "))</p>"
    return "<details><summary><code>\(operation.method) \(escaped(operation.path))</code> "
      + "\(escaped(operation.title.chinese)) · \(escaped(operation.title.english))</summary>"
      + table + body + failures + "</details>"
  }

  private static var problems: String {
    let rows = ProblemCode.allCases.map { code in
      "<tr id=\"\(code.rawValue)\"><td><code>\(code.rawValue)</code></td><td>\(code.status)</td>"
        + "<td>\(escaped(code.title(.chinese)))<br>\(escaped(code.title(.english)))</td>"
        + "<td>\(escaped(code.remedy(.chinese)))<br>\(escaped(code.remedy(.english)))</td></tr>"
    }
    return "<table>\(rows.joined())</table>"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
