/// What is said to an enterprise whose request a stable round did not serve.
struct StableVerdict {
  /// An option of the request, and who stands before it there.
  struct Rival {
    let option: RoundProblem.Option
    let obstacle: StableState.Obstacle
  }

  /// How many options are told one by one.
  private static let told = 5

  let rivals: [Rival]
  let change: SmallestChange
  let problem: RoundProblem

  func text(in language: Language, glossary: Glossary) -> String {
    let terms =
      [opening(glossary)] + rivals.prefix(Self.told).map { line($0, glossary) } + rest(glossary)
      + advice(glossary)
    switch language {
    case .chinese: return terms.map(\.chinese).joined()
    case .english: return terms.map(\.english).joined(separator: " ")
    }
  }

  private func opening(_ glossary: Glossary) -> Glossary.Term {
    let resource = glossary.resource
    return .init(
      "\(rivals.count) 名可选\(resource.chinese)均已配给其更优先的诉求。",
      "Each of the \(rivals.count) eligible \(resource.english)s is taken by a request that comes "
        + "first there.")
  }

  private func line(_ rival: Rival, _ glossary: Glossary) -> Glossary.Term {
    let (option, row) = (rival.option, rival.obstacle.row)
    let resource = glossary.resource
    let own = Self.standing(option)
    guard let holder = rival.obstacle.holder else {
      let name = glossary.rows[row.kind] ?? .init(row.kind, row.kind)
      return .init(
        "\(resource.chinese) \(option.resource)：\(name.chinese) \(row.resource) 已无余量。",
        "\(resource.english) \(option.resource): the \(name.english) \(row.resource) has nothing left."
      )
    }
    let number = problem.requests[holder.request].number
    let held = problem.requests[holder.request].options[holder.option]
    let other = Self.standing(held)
    guard held.resource != option.resource else {
      return .init(
        "\(resource.chinese) \(option.resource) 已配 \(number)（\(other.chinese)；"
          + "本诉求\(own.chinese)）。",
        "\(resource.english) \(option.resource) has \(number) (\(other.english); this request: "
          + "\(own.english)).")
    }
    let name = glossary.rows[row.kind] ?? .init(row.kind, row.kind)
    return .init(
      "\(resource.chinese) \(option.resource)：\(name.chinese) \(row.resource) 已满，其中次序最后的 "
        + "\(number)（\(held.resource)，\(other.chinese)）仍在本诉求（\(own.chinese)）之前。",
      "\(resource.english) \(option.resource): the \(name.english) \(row.resource) is full, and the "
        + "last it holds, \(number) (\(held.resource), \(other.english)), comes before "
        + "this request (\(own.english)).")
  }

  /// By what a resource grades a pair.
  private static func standing(_ option: RoundProblem.Option) -> Glossary.Term {
    option.ranks.byResource.map { .init("对方志愿第 \($0)", "ranked \($0) there") }
      ?? .init("得分 \(option.score)", "\(option.score) points")
  }

  private func rest(_ glossary: Glossary) -> [Glossary.Term] {
    let more = rivals.count - Self.told
    guard more > 0 else { return [] }
    return [.init("其余 \(more) 名亦然。", "So do the other \(more).")]
  }

  private func advice(_ glossary: Glossary) -> [Glossary.Term] {
    let resource = glossary.resource
    let score = change.score.map { change in
      Glossary.Term(
        "最接近者为\(resource.chinese) \(change.resource)，得分 \(change.score)，达到 \(change.needed) 即可获配。",
        "The nearest is \(resource.english) \(change.resource) with \(change.score) points; "
          + "\(change.needed) would win.")
    }
    return (score.map { [$0] } ?? []) + change.figures.map { $0.advice(glossary) }
  }
}
