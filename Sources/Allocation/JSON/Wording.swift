/// A sentence for people in both languages, as the terms of a glossary are.
public typealias Wording = Glossary.Term

extension Wording {
  static let correct = Wording("请更正", "correct it")

  /// What there is to choose from, and what was probably meant.
  static func known(_ names: [String], nearest: String? = nil) -> Wording {
    let list = names.joined(separator: ", ")
    guard let nearest else { return Wording("可选：\(list)", "known are \(list)") }
    return Wording("是否为“\(nearest)”？可选：\(list)", "did you mean “\(nearest)”? known are \(list)")
  }

  /// One after the other.
  static func list(_ parts: [Wording]) -> Wording {
    Wording(
      parts.map(\.chinese).joined(separator: "；"), parts.map(\.english).joined(separator: "; "))
  }
}

extension RoundProblem.Refusal {
  /// Which rule fails, and the figures on both sides.
  func wording(of failure: Glossary.Term?, resource: Glossary.Term) -> Wording {
    Wording(
      "不合规则“\(rule)”（\(failure?.chinese ?? rule)）：诉求 \(needed)，\(resource.chinese) \(found)",
      "fails the rule “\(rule)” (\(failure?.english ?? rule)): the request \(needed), "
        + "the \(resource.english) \(found)")
  }
}
