import Postgres

extension ObjectReader.Kind where Value: RawRepresentable<String> & CaseIterable {
  /// What a word of a closed list stands for.
  static func word(_ type: Value.Type) -> Self {
    let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
    return .init(expected: Wording("\(words) 之一", "one of \(words)")) {
      guard case .text(let text) = $0 else { return nil }
      return Value(rawValue: text)
    }
  }
}

extension ObjectReader.Kind<String> {
  static var text: Self {
    .init(expected: Wording("非空文字", "a text of at least one character")) {
      guard case .text(let text) = $0, !text.isEmpty else { return nil }
      return text
    }
  }

  /// A text for people, of a length that the database takes.
  static func text(atMost limit: Int) -> Self {
    .init(expected: Wording("1 至 \(limit) 字的文字", "a text of 1 to \(limit) characters")) {
      guard case .text(let text) = $0, (1...limit).contains(text.unicodeScalars.count) else {
        return nil
      }
      return text
    }
  }
}

extension ObjectReader.Kind<[String]> {
  static var list: Self {
    .init(
      expected: Wording("互不相同的文字列表 [\"…\", \"…\"]", "a list of different texts, [\"…\", \"…\"]")
    ) {
      guard case .array(let values) = $0 else { return nil }
      let texts = values.compactMap { value -> String? in
        guard case .text(let text) = value, !text.isEmpty else { return nil }
        return text
      }
      return texts.count == values.count && Set(texts).count == texts.count ? texts : nil
    }
  }
}

extension ObjectReader.Kind<[JSONValue]> {
  static var values: Self {
    .init(expected: Wording("列表 [{…}, …]", "a list, [{…}, …]")) {
      guard case .array(let values) = $0 else { return nil }
      return values
    }
  }
}

extension ObjectReader.Kind<Bool> {
  static var truth: Self {
    .init(expected: Wording(" true 或 false", "true or false")) {
      guard case .truth(let truth) = $0 else { return nil }
      return truth
    }
  }
}

extension ObjectReader.Kind<DateOnly> {
  static var date: Self {
    .init(expected: Wording("日期，如 \"2026-11-20\"", "a date, \"2026-11-20\"")) {
      guard case .text(let text) = $0 else { return nil }
      return DateOnly(text: text)
    }
  }
}

extension ObjectReader.Kind<Int64> {
  /// 万元, tce: what the registry holds as whole numbers up to 10¹².
  static var whole: Self { whole(0...1_000_000_000_000) }

  static func whole(_ range: ClosedRange<Int64>) -> Self {
    .init(
      expected: Wording(
        "\(range.lowerBound) 至 \(range.upperBound) 的整数",
        "a whole number from \(range.lowerBound) to \(range.upperBound)")
    ) {
      guard let whole = try? $0.number?.integer(Int64.self) else { return nil }
      return range.contains(whole) ? whole : nil
    }
  }
}

extension ObjectReader.Kind<Numeric> {
  /// Any decimal number: weights.
  static var number: Self {
    .init(expected: Wording("数字", "a number")) { $0.number }
  }

  /// A difference in a quota's unit; it may be negative.
  static var difference: Self { decimal(from: -9_999_999_999, places: 4) }
  /// An area in mu, at least 0.
  static var area: Self { decimal(from: 0, places: 4) }
  /// 万元 a mu.
  static var moneyPerMu: Self { decimal(from: 0, places: 2) }

  /// An area or another amount above 0.
  static var amount: Self {
    let area = area
    return .init(
      expected: Wording(
        "大于 0、至多 9999999999、至多 4 位小数的数", "a number above 0 to 9999999999 with at most 4 decimals")
    ) {
      area.read($0).flatMap { $0 > 0 ? $0.reduced : nil }
    }
  }

  private static func decimal(from least: Numeric, places: Int) -> Self {
    .init(
      expected: Wording(
        "\(least) 至 9999999999、至多 \(places) 位小数的数",
        "a number from \(least) to 9999999999 with at most \(places) decimals")
    ) {
      guard let number = $0.number, number >= least, number <= 9_999_999_999,
        number.mantissa(atScale: places) != nil
      else { return nil }
      return number
    }
  }
}
