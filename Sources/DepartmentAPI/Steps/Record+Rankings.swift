internal import Allocation
internal import Postgres

extension Record {
  /// Lists of ranks under seal: the digest is there at once, the list when a round has opened it.
  static let rankings = Record(
    path: "rankings", name: "Ranking", title: ("志愿表：封存与开封", "Lists of ranks under seal"),
    key: "ranking_id", order: .text, isNewestFirst: false,
    filters: [Filter("side", .text), Filter("party", .text)],
    schema: Schema.object(
      [
        ("ranking_id", text),
        ("side", ["type": "string", "enum": ["enterprise", "expert"]]), ("party", text),
        ("seal_no", number), ("entries", number),
        (
          "hash",
          [
            "type": "string", "pattern": "^[0-9a-f]{64}$",
            "description":
              "SHA-256 of the lines “rank, tab, choice, tab, salt, newline” in the order of the ranks.",
          ]
        ),
        ("sealed_at", time), ("opened_on", dayOrNull),
        (
          "choices",
          [
            "type": ["array", "null"], "description": "null until a round has opened the list.",
            "items": Schema.object(
              [("rank", number), ("choice", text), ("salt", text)], required: []),
          ]
        ), ("etag", text),
      ], required: ["ranking_id", "side", "party", "hash", "choices", "etag"]),
    isReadable: true,
    life: Life(
      counted: "registry.ranking_seal", identify: { RankingKey($0)?.condition },
      steps: [filing])
  ) { _ in
    """
    SELECT s.side || '-' || s.party || '-' || s.version AS ranking_id, s.side, s.party,
      s.version AS seal_no, s.entries, s.hash, s.sealed_at, s.opened_on,
      (SELECT jsonb_agg(jsonb_build_object('rank', l.rank, 'choice', l.other, 'salt', l.salt)
        ORDER BY l.rank, l.other COLLATE "C")
        FROM access.opened_list(s.side, s.party, s.version) l) AS choices,
      s.event_id::text AS etag
    FROM registry.ranking_seal s
    """
  }

  private static let filing = Step(
    name: "file", title: ("填报志愿表，一经封存不再更改", "File a list of ranks once, under seal"),
    kinds: ["university", "county"], isOpening: true,
    fields: [
      StepField("side", .word(RankingList.Side.allCases.map(\.rawValue)), "填报方", "expert"),
      StepField("party", .code, "专家编号（高校填报），或需求编号（县市区填报）", "ZJ-1"),
      StepField("choices", .list(nil), "志愿，最愿者在前", ["KJ-2", "KJ-5"]),
    ]
  ) { entry in
    let list = RankingList(
      side: try StepWords.required(entry.words.word("side")),
      party: try StepWords.required(entry.words.text("party")),
      choices: try StepWords.required(entry.words.list("choices")))
    let seal = try await RankingDesk(on: entry.connection).file(
      list, by: entry.caller.department, in: entry.caller.jurisdiction)
    return "\(list.side.rawValue)-\(list.party)-\(seal)"
  }
}

/// `expert-ZJ-1-2`: the side, the party, the number of the seal.
private struct RankingKey {
  let side: RankingList.Side
  let party: String
  let seal: Int

  init?(_ text: String) {
    guard let first = text.firstIndex(of: "-"), let last = text.lastIndex(of: "-"), first < last,
      let side = RankingList.Side(rawValue: String(text[..<first])),
      let seal = Int32(text[text.index(after: last)...])
    else { return nil }
    self.side = side
    party = String(text[text.index(after: first)..<last])
    self.seal = Int(seal)
  }

  /// On the row `t`.
  var condition: SQL {
    "t.side = \(side.rawValue) AND t.party = \(party) AND t.seal_no = \(seal)"
  }
}
