import Postgres

/// A stored explanation as a page that a person can read.
public struct ExplanationText: Sendable {
  let explanation: StoredExplanation
  private let glossary: Glossary
  private let language: Language
  private let refusalLimit: Int
  /// How many options are listed; where a request has hundreds, the rest are counted.
  private let optionLimit = 50

  /// - Parameter refusalLimit: how many failed rules are listed one by one, the nearest misses
  ///   first; the rest are counted.
  public init(
    _ explanation: StoredExplanation, glossary: Glossary, language: Language,
    refusalLimit: Int = 10
  ) {
    self.explanation = explanation
    self.glossary = glossary
    self.language = language
    self.refusalLimit = refusalLimit
  }

  /// The page, line by line.
  public var lines: [String] {
    header + sinceLines + verdict + optionLines + refusalLines
  }

  func say(_ chinese: String, _ english: String) -> String {
    language == .chinese ? chinese : english
  }

  private var header: [String] {
    let header = explanation.header
    return [
      header.uscc.isEmpty
        ? header.request : "\(header.request)  \(header.enterprise)（\(header.uscc)）",
      say(
        "轮次 \(header.roundID)，业务日 \(header.businessDate)，摇号数 \(header.lottery)",
        "round \(header.roundID), business date \(header.businessDate), lottery \(header.lottery)"),
    ]
  }

  private var verdict: [String] {
    let header = explanation.header
    if let option = explanation.options.first(where: { $0.option == header.chosen }) {
      if header.status == "stable" { return [stableResult(option)] }
      return [
        say(
          "结果：\(glossary.offered.chinese)\(glossary.resource.chinese) \(option.name)，"
            + "得分 \(option.score)，按影子价格计成本 \(option.cost)。",
          "Result: \(glossary.offered.english) \(glossary.resource.english) \(option.name) with "
            + "\(option.score) points; its rows cost \(option.cost) at the prices.")
      ]
    }
    return [
      (isOvertaken
        ? say("该轮次未\(glossary.served.chinese)。", "That round gave it nothing. ")
        : say("结果：未\(glossary.served.chinese)。", "Result: nothing. "))
        + explanation.said(in: language, glossary)
    ] + (explanation.proven ?? []).map { "  " + $0.advice(glossary).text(in: language) }
  }

  private func stableResult(_ option: StoredExplanation.Option) -> String {
    say(
      "结果：拟配置 \(glossary.resource.chinese) \(option.name)，得分 \(option.score)（按双方志愿稳定匹配）。",
      "Result: offered \(glossary.resource.english) \(option.name) with \(option.score) points "
        + "(a stable matching of both sides' ranks).")
  }

  private var optionLines: [String] {
    guard !explanation.options.isEmpty else { return [] }
    let isStable = !explanation.stableOptions.isEmpty
    let title =
      isStable
      ? say("可选项（按本方意愿先后）：", "Options (most wanted first):")
      : say("可选项（得分 − 成本 由高到低）：", "Options (best score − cost first):")
    let lines =
      isStable
      ? explanation.stableOptions.prefix(optionLimit).map(stableLine)
      : explanation.options.prefix(optionLimit).map(line)
    let rest = explanation.options.count - optionLimit
    return ["", title] + lines
      + (rest > 0 ? ["    … " + say("另有 \(rest) 个", "\(rest) more")] : [])
  }

  private func line(_ option: StoredExplanation.Option) -> String {
    let isChosen = option.option == explanation.header.chosen
    var text = "  \(isChosen ? "✓" : " ") \(option.name)  "
    text += say(
      "得分 \(option.score)，成本 \(option.cost)", "score \(option.score), cost \(option.cost)")
    if !isChosen, let row = option.dearestRow, let price = option.dearestPrice {
      text += say("，最贵：\(rowName(row))（\(price) 分）", ", dearest: \(rowName(row)) (\(price) points)")
    }
    return text
  }

  func rowName(_ row: String) -> String {
    let parts = row.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let term = glossary.rows[String(parts[0])] else { return row }
    return "\(term.text(in: language)) \(parts[1])"
  }

  private var refusalLines: [String] {
    let refusals = explanation.refusals
    guard !refusals.isEmpty else { return [] }
    let resources = Set(refusals.map(\.resource)).count
    var lines = [
      "",
      say(
        "不合规则的\(glossary.resource.chinese)共 \(resources) 个（相差最少者在前）：",
        "\(resources) \(glossary.resource.english)s fail a rule (nearest misses first):"),
    ]
    lines += refusals.prefix(refusalLimit).map { refusal in
      let rule = glossary.rules[refusal.rule]?.failure.text(in: language) ?? refusal.rule
      let needed = FigureText.text(refusal.needed, in: language)
      let found = FigureText.text(refusal.found, in: language)
      return "    \(refusal.resource)  \(rule)"
        + say("：需 \(needed)，有 \(found)", ": needs \(needed), has \(found)")
    }
    if refusals.count > refusalLimit { lines.append("    … " + counts) }
    return lines
  }

  /// How many resources fail each rule.
  private var counts: String {
    let counts = Dictionary(grouping: explanation.refusals, by: \.rule).mapValues(\.count)
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\(glossary.rules[$0.key]?.failure.text(in: language) ?? $0.key) \($0.value)" }
      .joined(separator: say("，", ", "))
  }
}
