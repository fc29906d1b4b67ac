extension SessionMinutes {
  /// The minutes as Markdown.
  public var markdown: String {
    let cell = Self.markdownCell
    var lines = ["# \(title)", "", "- \(facts.joined(separator: "\n- "))", ""]
    lines += ["## 议题", ""]
    if topics.isEmpty { lines += ["本次会商没有议题。", ""] }
    lines += topics.map {
      "\($0.position). \(cell($0.enterprise))“\(cell($0.project))”（\($0.request)）：\(cell($0.causeMeaning))"
    }
    if carriedOver > 0 { lines += ["", "另有 \(carriedOver) 项顺延至下次会商。"] }
    lines += ["", "## 会议明确事项", ""]
    guard !conclusions.isEmpty else {
      return (lines + ["本次会商没有作出决定。"]).joined(separator: "\n") + "\n"
    }
    lines += ["| 序号 | 事项 | 责任单位 | 期限 |", "|---|---|---|---|"]
    lines += conclusions.map {
      "| \($0.number) | \(cell($0.text)) | \(cell($0.department)) | \($0.due ?? "—") |"
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The minutes as one HTML page that needs nothing else.
  public var html: String {
    let text = Self.escaped
    let topicList =
      topics.isEmpty
      ? "<p>本次会商没有议题。</p>"
      : "<ol>"
        + topics.map {
          "<li>\(text($0.enterprise))“\(text($0.project))”（\(text($0.request))）："
            + "\(text($0.causeMeaning))</li>"
        }.joined() + "</ol>"
    let rows = conclusions.map {
      "<tr><td>\($0.number)</td><td>\(text($0.text))</td><td>\(text($0.department))</td>"
        + "<td>\(text($0.due ?? "—"))</td></tr>"
    }.joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="zh-CN">
      <head><meta charset="utf-8"><title>\(text(title))</title>
      <style>\(Self.style)</style></head>
      <body>
      <h1>\(text(title))</h1>
      <ul>\(facts.map { "<li>\(text($0))</li>" }.joined())</ul>
      <h2>议题</h2>
      \(topicList)
      \(carriedOver > 0 ? "<p>另有 \(carriedOver) 项顺延至下次会商。</p>" : "")
      <h2>会议明确事项</h2>
      \(conclusions.isEmpty ? "<p>本次会商没有作出决定。</p>" : Self.table(rows))
      </body>
      </html>

      """
  }

  private var facts: [String] {
    [
      "时间：\(Self.chinese(session.sessionOn))" + (session.isProvisional ? "（预计）" : ""),
      "参会单位：\(attending.joined(separator: "、"))",
      "状态：\(session.state == .closed ? "已结束" : "进行中，本纪要为草稿")",
    ]
  }

  private static func table(_ rows: String) -> String {
    """
    <table>
    <tr><th>序号</th><th>事项</th><th>责任单位</th><th>期限</th></tr>
    \(rows)
    </table>
    """
  }

  private static let style = """
    body{font-family:"Noto Serif CJK SC","SimSun",serif;max-width:50em;margin:2em auto;line-height:1.7}
    h1{text-align:center;font-size:1.4em}table{border-collapse:collapse;width:100%}
    th,td{border:1px solid #666;padding:.3em .6em;vertical-align:top;text-align:left}
    """

  /// Text in which no character of HTML is left to act.
  static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
  }

  /// Text that stays within its cell and brings in no markup of its own.
  private static func markdownCell(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if character.isNewline {
        result += " "
      } else {
        if "\\`*_[]<>|#".contains(character) { result += "\\" }
        result.append(character)
      }
    }
  }
}
