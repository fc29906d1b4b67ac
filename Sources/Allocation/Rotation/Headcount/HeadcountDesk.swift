public import Postgres

/// Where headcount is moved between institution posts, each time with a document.
public struct HeadcountDesk: Sendable {
  private let pool: Pool

  public init(pool: Pool) {
    self.pool = pool
  }

  /// A transfer of headcount.
  public struct Transfer: Hashable, Sendable {
    public let from: String
    public let to: String
    public let amount: Int
    /// The first day of the month from which it counts.
    public let effectiveOn: DateOnly
    public let documentNo: String

    public init(from: String, to: String, amount: Int, effectiveOn: DateOnly, documentNo: String) {
      self.from = from
      self.to = to
      self.amount = amount
      self.effectiveOn = effectiveOn
      self.documentNo = documentNo
    }
  }

  /// Transfers headcount, unless the post that gives it has promised it in some month ahead.
  ///
  /// - Throws: ``PlacementRefusal``; ``PostgresError``.
  public func transfer(_ transfer: Transfer, on date: DateOnly, by person: String) async throws {
    guard transfer.amount > 0, let amount = Int32(exactly: transfer.amount) else {
      throw PlacementRefusal.amount(transfer.amount)
    }
    guard transfer.effectiveOn.day == 1, transfer.effectiveOn >= date else {
      throw PlacementRefusal.transferDay(transfer.effectiveOn)
    }
    do {
      try await pool.transaction { connection in
        let from = try await Self.jurisdiction(of: transfer.from, connection)
        let to = try await Self.jurisdiction(of: transfer.to, connection)
        guard from == to, transfer.from != transfer.to else {
          throw PlacementRefusal.apart(transfer.from, transfer.to)
        }
        try await connection.beginEvent(
          Cause(actor: person, reason: transfer.documentNo, action: "transfer headcount"))
        _ = try await connection.execute(
          """
          INSERT INTO rotation.headcount_transfer
            (from_post, to_post, amount, effective_on, document_no, decided_by)
          VALUES (\(transfer.from), \(transfer.to), \(amount), \(transfer.effectiveOn),
            \(transfer.documentNo), \(person))
          """)
      }
    } catch let error as PostgresError {
      throw PlacementRefusal(error, talent: transfer.documentNo) ?? error
    }
  }

  private static func jurisdiction(of post: String, _ connection: Connection) async throws -> String
  {
    let found = try await connection.query(
      "SELECT jurisdiction FROM registry.institution_posts WHERE code = \(post)"
    ).decode(String.self)
    guard let jurisdiction = found.first else {
      throw PlacementRefusal.unknown(kind: "institution post", code: post)
    }
    return jurisdiction
  }
}
