import Postgres

/// What is said to an enterprise whose request got nothing.
struct Verdict {
  let request: RoundProblem.Request
  let reason: Unserved.Reason
  let row: RoundProblem.Row?
  let change: SmallestChange

  func text(in language: Language, glossary: Glossary) -> String {
    switch language {
    case .chinese: cause(glossary).chinese + advice(glossary).chinese
    case .english: cause(glossary).english + advice(glossary).english
    }
  }

  private func cause(_ glossary: Glossary) -> Glossary.Term {
    guard let row, let score = change.score ?? nil else {
      return row == nil ? noOption(glossary) : exhausted(glossary)
    }
    let name = glossary.rows[row.kind] ?? .init(row.kind, row.kind)
    let resource = glossary.resource
    return .init(
      "\(name.chinese) \(row.resource) 用于他人可使总分更高；最接近的可选项为\(resource.chinese) "
        + "\(score.resource)，得分 \(score.score)，达到 \(score.needed) 即可获配。",
      "The \(name.english) \(row.resource) adds more to the total with others. The nearest option "
        + "is \(resource.english) \(score.resource) with \(score.score) points; \(score.needed) "
        + "would win. ")
  }

  /// A row without capacity: no score would help.
  private func exhausted(_ glossary: Glossary) -> Glossary.Term {
    guard let row else { return .init("", "") }
    let name = glossary.rows[row.kind] ?? .init(row.kind, row.kind)
    return .init(
      "\(name.chinese) \(row.resource) 已无余量。",
      "The \(name.english) \(row.resource) has nothing left. ")
  }

  /// The rule that most resources fail, with the count.
  private func noOption(_ glossary: Glossary) -> Glossary.Term {
    let counts = Dictionary(grouping: request.refusals, by: \.rule).mapValues(\.count)
    let resources = Set(request.refusals.map(\.resource)).count
    guard let rule = counts.keys.sorted().max(by: { (counts[$0] ?? 0) < (counts[$1] ?? 0) }) else {
      return .init(
        "没有可供选择的\(glossary.resource.chinese)。",
        "There is no \(glossary.resource.english) to choose from. ")
    }
    let name = glossary.rules[rule]?.failure ?? .init(rule, rule)
    let count = counts[rule] ?? 0
    return .init(
      "\(resources) 个\(glossary.resource.chinese)均不合规则，其中 \(count) 个\(name.chinese)。",
      "None of \(resources) \(glossary.resource.english)s meets every rule; for \(count) of them: "
        + "\(name.english). ")
  }

  private func advice(_ glossary: Glossary) -> Glossary.Term {
    guard let rule = change.rule else { return .init("", "") }
    let name = glossary.rules[rule.rule]?.figure ?? .init(rule.rule, rule.rule)
    let resource = glossary.resource
    let subject = Glossary.Term(
      "若\(name.chinese)由 \(rule.from) 改为 \(rule.to)，\(resource.chinese) \(rule.resource) 即合规则",
      "With the \(name.english) changed from \(rule.from) to \(rule.to), \(resource.english) "
        + "\(rule.resource) becomes eligible")
    if rule.wins {
      return .init(
        subject.chinese + "，得分 \(rule.score)，足以获配。",
        subject.english + " with \(rule.score) points and wins.")
    }
    guard let needed = rule.needed else { return .init("", "") }
    return .init(
      subject.chinese + "，得分 \(rule.score)，但须达 \(needed) 方可获配。",
      subject.english + " with \(rule.score) points, but it takes \(needed) to win.")
  }
}
