public import Postgres

/// A base version's parameters with some of them changed, checked against units and words.
public struct PolicyDraft: Sendable {
  /// A value as it is given.
  public enum Value: Hashable, Sendable {
    case number(Numeric)
    case word(String)
  }

  /// A parameter of the base, with what its value may be.
  struct Parameter: Hashable, Sendable {
    let name: String
    /// `nil` where the value is a word.
    let number: Numeric?
    let unit: String
    /// Bounds of the unit; `nil` for a unit without.
    let least: Numeric?
    let most: Numeric?
    let isWhole: Bool
    /// The words that a word may be; any if empty.
    let words: [String]
  }

  struct Change: Hashable, Sendable {
    let name: String
    let number: Numeric?
    let word: String?
  }

  /// What is wrong with a change.
  public struct Fault: Hashable, Sendable {
    public enum Kind: String, Sendable { case unknown, form, bounds, word, weights }
    public let name: String
    public let kind: Kind
    /// What would do.
    public let remedy: String
  }

  /// Everything that is wrong.
  public struct Faults: Error, Hashable, Sendable {
    public let faults: [Fault]
  }

  let changes: [Change]

  /// - Throws: ``Faults``, all of them.
  init(_ base: [Parameter], changing values: [String: Value]) throws(Faults) {
    let byName = Dictionary(base.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let sorted = values.sorted { $0.key < $1.key }
    var faults = sorted.compactMap { name, value -> Fault? in
      guard let parameter = byName[name] else {
        let nearest = Nearest.match(name, in: byName.keys.sorted())
        return Fault(name: name, kind: .unknown, remedy: nearest ?? "GET /v1/policy-parameters")
      }
      return parameter.fault(of: value)
    }
    if faults.isEmpty { faults = Self.weightFaults(base, values) }
    guard faults.isEmpty else { throw Faults(faults: faults) }
    changes = sorted.map { name, value in
      switch value {
      case .number(let number): Change(name: name, number: number, word: nil)
      case .word(let word): Change(name: name, number: nil, word: word)
      }
    }
  }

  /// The weights of a mechanism add up to 1, so that a score has one scale.
  private static func weightFaults(
    _ base: [Parameter], _ values: [String: Value]
  ) -> [Fault] {
    let weights = base.filter { $0.name.contains(".weight.") && $0.number != nil }
    return Dictionary(grouping: weights) { $0.name.prefix { $0 != "." } }.compactMap { _, weights in
      guard let changed = weights.first(where: { values[$0.name] != nil }) else { return nil }
      let numbers = weights.compactMap { weight -> Numeric? in
        if case .number(let number)? = values[weight.name] { return number }
        return weight.number
      }
      // Weights have a handful of decimals: 12 places hold them exactly.
      let sum = numbers.reduce(Int128(0)) { $0 + ($1.mantissa(atScale: 12) ?? 0) }
      guard sum != 1_000_000_000_000 || numbers.contains(where: { $0.mantissa(atScale: 12) == nil })
      else { return nil }
      return Fault(
        name: changed.name, kind: .weights,
        remedy: weights.map(\.name).sorted().joined(separator: " + ") + " = 1")
    }.sorted { $0.name < $1.name }
  }
}

extension PolicyDraft.Parameter {
  fileprivate func fault(of value: PolicyDraft.Value) -> PolicyDraft.Fault? {
    switch (value, number) {
    case (.number(let given), .some):
      guard let least, let most else { return nil }
      guard least <= given, given <= most, !isWhole || given.mantissa(atScale: 0) != nil else {
        let kind = isWhole ? "whole, " : ""
        return .init(name: name, kind: .bounds, remedy: "\(kind)\(least) … \(most) \(unit)")
      }
      return nil
    case (.word(let word), nil):
      guard words.isEmpty || words.contains(word) else {
        return .init(name: name, kind: .word, remedy: words.joined(separator: ", "))
      }
      return nil
    case (.word, .some): return .init(name: name, kind: .form, remedy: unit)
    case (.number, nil):
      return .init(name: name, kind: .form, remedy: words.joined(separator: ", "))
    }
  }
}
