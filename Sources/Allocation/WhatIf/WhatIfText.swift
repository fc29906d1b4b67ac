import Postgres

/// A what-if's answer as a page that a person can read.
public struct WhatIfText<S: Scenario>: Sendable {
  private let answer: WhatIf<S>
  private let glossary: Glossary
  private let language: Language

  public init(_ answer: WhatIf<S>, language: Language) {
    self.answer = answer
    glossary = S.Subject.glossary
    self.language = language
  }

  /// The page, line by line.
  public var lines: [String] {
    header + total + awards(answer.difference) + rows(answer.difference)
      + answer.overrides.flatMap(override) + withdrawn
  }

  private var withdrawn: [String] {
    guard !answer.withdrawn.isEmpty else { return [] }
    let count = answer.withdrawn.count
    return [
      "",
      say(
        "须先撤回的拟配置（\(count)）：轮次不动有效的拟配置，以上改动以撤回为前提",
        "offers to be withdrawn first (\(count)): no round re-opens what stands, the changes need it"
      ),
    ] + answer.withdrawn.map { "  \($0.offerID)  \($0.request.number)  \($0.parcel)" }
  }

  private static var units: [String: String] { ["mu": "亩", "person": "人", "wan": "万元"] }

  private func say(_ chinese: String, _ english: String) -> String {
    language == .chinese ? chinese : english
  }

  private var header: [String] {
    let (scope, changes) = (answer.base.scope, answer.changes.count)
    if let night = answer.base.night, let round = answer.base.roundID {
      return [
        say(
          "试算 \(scope.mechanism.chinese) \(scope.jurisdiction)，轮次 \(round)（\(scope.businessDate)）"
            + "之后一夜 \(night.businessDate)：有效的拟配置与配置不动，改动 \(changes) 项；不作任何存储。",
          "What-if \(scope.mechanism.rawValue) \(scope.jurisdiction), the night of "
            + "\(night.businessDate) after round \(round) (\(scope.businessDate)): live offers and "
            + "commitments stand, \(changes) change(s); nothing is stored.")
      ]
    }
    let base =
      answer.base.roundID.map {
        say("以轮次 \($0) 为基础", "on round \($0)")
      } ?? say("该日尚无轮次，以当前数据为基础", "that day has no round yet: on the data as they are")
    return [
      say(
        "试算 \(scope.mechanism.chinese) \(scope.jurisdiction)，业务日 \(scope.businessDate)，"
          + "\(base)，改动 \(changes) 项；不作任何存储。",
        "What-if \(scope.mechanism.rawValue) \(scope.jurisdiction), business date "
          + "\(scope.businessDate), \(base), \(changes) change(s); nothing is stored.")
    ]
  }

  private var total: [String] {
    let (before, after) = (answer.difference.before, answer.difference.after)
    var lines = [
      say(
        "总分 \(before.objective) → \(after.objective)（\(signed(after.objective - before.objective))）",
        "objective \(before.objective) → \(after.objective) "
          + "(\(signed(after.objective - before.objective)))"),
      say(
        "差距 \(gap(before)) → \(gap(after))，\(glossary.served.chinese) \(before.awards.count) → \(after.awards.count)",
        "gap \(gap(before)) → \(gap(after)), served \(before.awards.count) → \(after.awards.count)"),
    ]
    if answer.searchGain > 0 {
      lines.append(
        say(
          "其中两侧各有 \(answer.searchGain) 分来自继续搜索，与改动无关。",
          "On both sides \(answer.searchGain) points come from more search alone, not from the changes."
        ))
    }
    if answer.changes.contains(where: \.isOfPolicy) {
      lines.append(
        say(
          "改动了政策参数：前后总分口径不同，不可直接比较。",
          "The policy is changed: the two objectives are not measured alike."))
    }
    return lines
  }

  private func gap(_ result: RoundResult) -> String { "\(result.bound - result.objective)" }

  private func signed(_ number: Int64) -> String { number > 0 ? "+\(number)" : "\(number)" }

  private func awards(_ difference: Difference) -> [String] {
    guard !difference.isEmpty else {
      return ["", say("各诉求所得不变。", "Every request gets what it got.")]
    }
    return section(say("新\(glossary.served.chinese)", "gain"), difference.gains)
      + section(say("失去", "lose"), difference.losses)
      + section(say("改换", "move"), difference.moves)
  }

  private func section(_ title: String, _ turns: [Difference.Turn]) -> [String] {
    guard !turns.isEmpty else { return [] }
    return ["", "\(title)（\(turns.count)）"] + turns.map { "  " + words($0) }
  }

  private func words(_ turn: Difference.Turn) -> String {
    let gone = turn.isThere ? "" : say("（已不在其列）", " (no longer takes part)")
    let sides = [turn.before, turn.after].compactMap { $0.map(words) }
    let who = [turn.request, turn.enterprise].filter { !$0.isEmpty }.joined(separator: " ")
    return "\(who)  " + sides.joined(separator: " → ") + gone
  }

  private func words(_ award: RoundResult.Award) -> String {
    let name = [award.resource, award.companion].compactMap(\.self).joined(separator: " + ")
    let unit = language == .chinese ? Self.units[award.unit] ?? award.unit : award.unit
    return "\(glossary.resource.text(in: language)) \(name) \(award.amount) \(unit)"
      + say("（\(award.score) 分）", " (\(award.score) points)")
  }

  /// Rows that many share: whose resource is the row itself is told by who got what.
  private func rows(_ difference: Difference) -> [String] {
    let shared = difference.rows.filter { row in
      row.any.map { glossary.scarcity[$0.kind] != nil } ?? false
    }
    guard !shared.isEmpty else { return [] }
    return ["", say("指标：已用/可用，影子价格", "rows: used/free, price")] + shared.map(words)
  }

  private func words(_ turn: Difference.RowTurn) -> String {
    guard let any = turn.any else { return turn.name }
    let name = glossary.rows[any.kind]?.text(in: language) ?? any.kind
    func side(_ row: RoundResult.Row?) -> String {
      guard let row else { return "—" }
      let price = row.price.map { "\(row.unit.price($0))" } ?? "—"
      return "\(row.unit.amount(row.used))/\(row.unit.amount(row.upper)) \(row.unit.name)"
        + say("，\(price) 分", ", \(price) points")
    }
    return "  \(name) \(any.resource)  \(side(turn.before)) → \(side(turn.after))"
  }

  private func override(_ override: WhatIf<S>.Override) -> [String] {
    let title = say(
      "指定 \(override.request) 用\(words(override.award))的代价：\(override.cost) 分",
      "The price of pinning \(override.request) to \(words(override.award)): "
        + "\(override.cost) points")
    let displaced = override.displaced.map(words)
    let turns =
      displaced.isEmpty
      ? [say("无人因此失去或改配。", "Nobody loses or moves by it.")] : displaced
    return ["", title] + (turns + blocking(override.blockingPairs)).map { "  " + $0 }
  }

  private func blocking(_ pairs: [BlockingPair]) -> [String] {
    guard !pairs.isEmpty else { return [] }
    let resource = glossary.resource.text(in: language)
    return [
      say(
        "由此不稳定之处（宁愿彼此配对者，\(pairs.count) 对）：",
        "\(pairs.count) pair(s) would then rather have each other:")
    ] + pairs.map { "  \($0.request) – \(resource) \($0.resource)" }
  }
}
