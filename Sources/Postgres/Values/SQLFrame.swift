/// What stands before and behind the part of a statement that changes from one to the next: its text is
/// put together once.
public struct SQLFrame: Sendable {
  private let before: SQL
  private let behind: SQL

  public init(_ before: SQL, _ behind: SQL) {
    (self.before, self.behind) = (before.joined, behind.joined)
  }

  /// The statement with its part.
  public func around(_ part: SQL) -> SQL { before + part + behind }

  /// The frame of a part of this one's part.
  public func around(_ inner: SQLFrame) -> SQLFrame {
    SQLFrame(before + inner.before, inner.behind + behind)
  }
}
