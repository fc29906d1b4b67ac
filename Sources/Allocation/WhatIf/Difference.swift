/// What is otherwise in one round than in another, of the same mechanism: who gains, who loses, who
/// moves, and the rows whose capacity, use or price changed.
public struct Difference: Sendable {
  /// A request whose award changed; `nil` stands for nothing.
  public struct Turn: Hashable, Sendable {
    public let request: String
    public let enterprise: String
    public let before: RoundResult.Award?
    public let after: RoundResult.Award?
    /// Whether the request takes part after the change.
    public let isThere: Bool
  }

  /// A row on both sides; `nil` where a side does not have it.
  public struct RowTurn: Hashable, Sendable {
    public let name: String
    public let before: RoundResult.Row?
    public let after: RoundResult.Row?

    /// The row where it is.
    var any: RoundResult.Row? { after ?? before }
  }

  public let before: RoundResult
  public let after: RoundResult
  /// Requests that get something and got nothing, in order of number; so are the others.
  public let gains: [Turn]
  /// Requests that got something and get nothing.
  public let losses: [Turn]
  /// Requests that get another resource or another amount.
  public let moves: [Turn]
  /// Rows whose capacity, use or price changed, in order of name.
  public let rows: [RowTurn]

  /// - Complexity: O(n log n) in requests and rows.
  public init(from before: RoundResult, to after: RoundResult) {
    self.before = before
    self.after = after
    let requests = Set(before.awards.keys).union(after.awards.keys).sorted(byText: { $0 })
    let turns = requests.compactMap { request -> Turn? in
      let (old, new) = (before.awards[request], after.awards[request])
      guard old.map({ RoundResolver.Award($0) }) != new.map({ RoundResolver.Award($0) }) else {
        return nil
      }
      return Turn(
        request: request,
        enterprise: after.enterprises[request] ?? before.enterprises[request] ?? "",
        before: old, after: new, isThere: after.enterprises[request] != nil)
    }
    gains = turns.filter { $0.before == nil }
    losses = turns.filter { $0.after == nil }
    moves = turns.filter { $0.before != nil && $0.after != nil }
    let names = Set(before.rows.keys).union(after.rows.keys).sorted(byText: { $0 })
    rows = names.map { RowTurn(name: $0, before: before.rows[$0], after: after.rows[$0]) }
      .filter { $0.before != $0.after }
  }

  /// Whether nobody's award changed.
  public var isEmpty: Bool { gains.isEmpty && losses.isEmpty && moves.isEmpty }
}
