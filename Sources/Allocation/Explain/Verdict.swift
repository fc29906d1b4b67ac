import Postgres

/// What is said to an enterprise whose request got nothing.
struct Verdict {
  let request: RoundProblem.Request
  let reason: Unserved.Reason
  let row: RoundProblem.Row?
  let change: SmallestChange

  func text(in language: Language, glossary: Glossary) -> String {
    switch language {
    case .chinese: ([cause(glossary)] + advice(glossary)).map(\.chinese).joined()
    case .english: ([cause(glossary)] + advice(glossary)).map(\.english).joined(separator: " ")
    }
  }

  private func cause(_ glossary: Glossary) -> Glossary.Term {
    guard let row else { return noOption(glossary) }
    let name = glossary.rows[row.kind] ?? .init(row.kind, row.kind)
    if row.upper == 0 {
      return .init(
        "\(name.chinese) \(row.resource) 已无余量。",
        "The \(name.english) \(row.resource) has nothing left.")
    }
    let cause = Glossary.Term(
      "\(name.chinese) \(row.resource) 用于他人可使总分更高。",
      "The \(name.english) \(row.resource) adds more to the total with others.")
    guard let score = change.score else { return cause }
    let resource = glossary.resource
    return .init(
      cause.chinese + "最接近的可选项为\(resource.chinese) \(score.resource)，得分 \(score.score)，"
        + "达到 \(score.needed) 即可\(glossary.served.chinese)。",
      cause.english + " The nearest option is \(resource.english) \(score.resource) with "
        + "\(score.score) points; \(score.needed) would win.")
  }

  /// The rule that keeps most of the nearest resources away: those that fail the fewest rules.
  private func noOption(_ glossary: Glossary) -> Glossary.Term {
    let failed = Dictionary(grouping: request.refusals, by: \.resource)
      .mapValues { Set($0.map(\.rule)) }
    let fewest = failed.values.map(\.count).min() ?? 0
    let nearest = failed.values.filter { $0.count == fewest }
    let counts = nearest.joined().reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    guard let rule = counts.keys.sorted().max(by: { (counts[$0] ?? 0) < (counts[$1] ?? 0) }) else {
      return .init(
        "没有可供选择的\(glossary.resource.chinese)。",
        "There is no \(glossary.resource.english) to choose from.")
    }
    let name = glossary.rules[rule]?.failure ?? .init(rule, rule)
    return .init(
      "\(failed.count) 个\(glossary.resource.chinese)均不合规则，最接近者（\(nearest.count) 个）："
        + "\(name.chinese)。",
      "None of \(failed.count) \(glossary.resource.english)s meets every rule; for the nearest "
        + "(\(nearest.count)): \(name.english).")
  }

  /// Each figure whose smallest change would have won.
  private func advice(_ glossary: Glossary) -> [Glossary.Term] {
    change.figures.map { $0.advice(glossary) }
  }
}

extension SmallestChange.RuleChange {
  /// The change as advice to the enterprise.
  func advice(_ glossary: Glossary) -> Glossary.Term {
    let name = glossary.rules[rule]?.figure ?? .init(rule, rule)
    let resource = glossary.resource
    let step =
      difference.flatMap { difference in
        glossary.rules[rule]?.step.map {
          Glossary.Term("（\(difference) \($0.chinese)）", " (\(difference) \($0.english))")
        }
      } ?? .init("", "")
    let tried: Glossary.Term =
      fails.map {
        Glossary.Term(
          "（\($0) 试过不能\(glossary.served.chinese)）", " (\($0) was tried and does not win)")
      }
      ?? isLeast.map {
        $0
          ? .init(
            "（在本轮结果上推演：少一步不能\(glossary.served.chinese)）",
            " (by what-ifs on this round's answer; one step less does not win)")
          : .init(
            "（少一步已试，不能\(glossary.served.chinese)；其余更小的改变未逐一试过）",
            " (one step less was tried and does not win; not every other smaller change was tried)")
      } ?? .init("", "")
    return .init(
      "若\(name.chinese)由 \(FigureText.text(from, in: .chinese)) "
        + "改为 \(FigureText.text(to, in: .chinese))\(step.chinese)，"
        + "可\(glossary.served.chinese)\(resource.chinese) "
        + "\(self.resource)（得分 \(score)）\(tried.chinese)。",
      "With the \(name.english) changed from \(from) to \(to)\(step.english), "
        + "\(resource.english) \(self.resource) is \(glossary.served.english) with \(score) "
        + "points\(tried.english).")
  }
}
