/// What a designation reads: the term's chains, each bank's lines in the term, and the open requests
/// of enterprises on a chain, with everything by which they are judged.
public struct DesignationSnapshot: Codable, Sendable {
  /// A chain of the term's list.
  public struct Chain: Hashable, Codable, Sendable {
    public var code: String
    public var name: String
    public var industryDivisions: [String]
  }

  public let chains: [Chain]
  /// For each bank what is left of its credit lines in what is left of the term, added up, 万元.
  public let lines: [String: Int64]
  public let market: FinanceSnapshot

  public init(chains: [Chain], lines: [String: Int64], market: FinanceSnapshot) {
    self.chains = chains.sorted(byText: \.code)
    self.lines = lines
    self.market = market
  }

  /// Appends every fact, in canonical order.
  public func append(to text: inout CanonicalText) {
    for chain in chains {
      text.append(
        "chain", [chain.code, chain.name, chain.industryDivisions.joined(separator: ";")])
    }
    for (bank, amount) in lines.sorted(byText: \.key) { text.append("line", [bank, "\(amount)"]) }
    market.append(to: &text)
  }
}
