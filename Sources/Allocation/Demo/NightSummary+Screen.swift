import Postgres

extension NightSummary {
  /// The columns of the screen.
  static let columns = 100

  /// The screen, line by line: with what to type next at most 45 lines of a hundred columns.
  public func lines() -> [String] {
    title + roundLines + stabilityLines + proofLines + dearLines + exampleLines
  }

  private var title: [String] {
    let days = Set(rounds.map { "\($0.businessDate)" }).sorted().joined(separator: "、")
    return ["一夜 one night   业务日 business date \(days)", ""]
  }

  private var roundLines: [String] {
    let header = [
      "机制 mechanism", "诉求 asked", "可选项 options", "匹配 matched", "总分 points", "差距 gap",
      "状态",
    ]
    return ScreenText.table(
      [header]
        + rounds.map { round in
          let gap = round.bound - round.objective
          return [
            Self.name(of: round.mechanism), "\(round.requests)", "\(round.options)",
            [Self.glossary(of: round.mechanism)?.served.chinese, "\(round.assigned)"]
              .compactMap { $0 }.joined(separator: " "), "\(round.objective)",
            "\(gap) \(Self.share(gap, of: round.bound)) %", round.status,
          ]
        })
  }

  /// A stable round's gap is no lack of proof: the total it is measured against is proved by itself.
  private var stabilityLines: [String] {
    stability.flatMap { stable -> [String] in
      let bound = rounds.first { $0.roundID == stable.roundID }?.bound ?? stable.highestTotal
      return [
        "\(Self.name(of: stable.mechanism)) 稳定 stable：互愿另配者 blocking pairs \(stable.blockingPairs)；"
          + "稳定的代价 price of stability \(stable.price)",
        "  总分最高者 the highest total \(stable.highestTotal)，上界 bound \(bound)，"
          + "差距 gap \(bound - stable.highestTotal)",
      ]
    }
  }

  private var proofLines: [String] {
    let proof =
      faultCount == 0
      ? "由 SQL 与 Swift 各自重算 recomputed by SQL and by Swift：无不符 no violation"
      : "\(faultCount) 处不符 violations: report.certificate_violation"
    let digests = rounds.map { "\($0.inputDigest.prefix(12))" }.joined(separator: " ")
    return ["证明 certificates  \(proof)", "输入摘要 inputs    \(digests)"]
  }

  /// A share in percent with two decimals, rounded up: a gap is never shown smaller than it is.
  private static func share(_ part: Int64, of whole: Int64) -> String {
    guard part > 0, whole > 0 else { return "0" }
    let hundredths = (Int128(part) * 10_000 + Int128(whole) - 1) / Int128(whole)
    let decimals = String(hundredths % 100)
    return "\(hundredths / 100)." + (decimals.count < 2 ? "0" : "") + decimals
  }

  private var dearLines: [String] {
    guard !dearRows.isEmpty else { return [] }
    return ["", "最紧缺的资源 dearest rows（影子价格：多一单位可多得的分 price of one unit more）"]
      + ScreenText.table(
        dearRows.map { row in
          let glossary = Self.glossary(of: row.mechanism)
          return [
            "  \(glossary?.rows[row.kind]?.chinese ?? row.kind) \(row.resource)",
            "\(row.shownPrice)", row.shownUse,
          ]
        })
  }

  private var exampleLines: [String] {
    guard !examples.isEmpty else { return [] }
    return ["", "为何没有 why not"]
      + examples.flatMap { example in
        ["  \(example.request) \(example.enterprise) [\(example.reason)]"]
          + ScreenText.wrapped(example.explanation, to: Self.columns - 4, lines: 3).map {
            "    " + $0
          }
      }
  }

  private static func name(of mechanism: String) -> String {
    [MechanismName(rawValue: mechanism)?.chinese, mechanism].compactMap { $0 }
      .joined(separator: " ")
  }

  private static func glossary(of mechanism: String) -> Glossary? {
    Night.mechanisms.first { $0.name.rawValue == mechanism }?.glossary
  }
}

extension NightSummary.DearRow {
  /// Points for one of the unit that people use: a mu where the row counts ten-thousandths of one.
  fileprivate var shownPrice: Numeric {
    let power = Numeric.powerOfTen(RowUnit(unit).places) ?? 1
    let (mantissa, overflow) = price.mantissa.multipliedReportingOverflow(by: power)
    guard !overflow, let whole = Numeric(mantissa: mantissa, scale: price.scale) else {
      return price.reduced
    }
    return whole.reduced
  }

  fileprivate var shownUse: String {
    let unit = RowUnit(unit)
    let taken = used.mantissa(atScale: 0).flatMap { Int64(exactly: $0) } ?? 0
    return "\(unit.amount(taken))/\(unit.amount(upper)) \(unit.name)"
  }
}
