public import Postgres

/// A side's order of preference, as it is filed.
public struct RankingList: Hashable, Sendable {
  public enum Side: String, CaseIterable, Sendable {
    /// A request ranks experts.
    case enterprise
    /// An expert ranks requests.
    case expert
  }

  public let side: Side
  /// The request's number, or the expert's code.
  public let party: String
  /// The most welcome first.
  public let choices: [String]

  public init(side: Side, party: String, choices: [String]) {
    self.side = side
    self.party = party
    self.choices = choices
  }
}

/// Where a department files the ranks of its request or its expert: once, and under seal. From then
/// on its digest is public, and the list itself nobody's to read before a round has opened it.
public struct RankingDesk: Sendable {
  private let connection: Connection

  /// - Parameter connection: in a transaction with an audit event open, in the service's role.
  public init(on connection: Connection) { self.connection = connection }

  /// Files a list that has not been filed before.
  ///
  /// - Parameters:
  ///   - department: whose request or expert it has to be.
  ///   - prefecture: where it has to be; anywhere if `nil`.
  /// - Returns: the seal's version.
  /// - Throws: ``RankingRefusal``; ``PostgresError``. Nothing is filed then.
  public func file(
    _ list: RankingList, by department: String, in prefecture: String?
  ) async throws -> Int {
    let jurisdiction = try await place(of: list, department)
    guard jurisdiction == prefecture ?? jurisdiction else {
      throw RankingRefusal.unknown(list.party)
    }
    // Lists are filed one after another, so that nobody files one twice.
    _ = try await connection.query("SELECT registry.lock_rankings()")
    let earlier = try await connection.query(
      """
      SELECT max(version)::bigint FROM registry.ranking_seal
      WHERE side = \(list.side.rawValue) AND party = \(list.party)
      """
    ).only(Int?.self)
    if let earlier { throw RankingRefusal.filed(list.party, version: earlier) }
    try await check(list, jurisdiction)
    let (request, expert): (SQL, SQL) =
      list.side == .enterprise
      ? ("\(list.party)::text", "c.code") : ("c.code", "\(list.party)::text")
    _ = try await connection.query(
      """
      SELECT registry.merge_rankings((
        SELECT jsonb_agg(jsonb_build_object('side', \(list.side.rawValue)::text,
          'request', \(request), 'expert', \(expert), 'rank', c.rank))
        FROM unnest(\(list.choices)::text[]) WITH ORDINALITY AS c (code, rank)))
      """)
    return 1
  }

  /// The party's prefecture.
  private func place(of list: RankingList, _ department: String) async throws -> String {
    let table: SQL =
      switch list.side {
      case .enterprise:
        "SELECT number AS code, department, jurisdiction FROM registry.expert_requests"
      case .expert: "SELECT code, department, jurisdiction FROM registry.experts"
      }
    let found = try await connection.query(
      "SELECT department, jurisdiction::text FROM (\(table)) p WHERE p.code = \(list.party)"
    ).decode(String.self, String.self)
    guard let (owner, jurisdiction) = found.first, owner == department else {
      throw RankingRefusal.unknown(list.party)
    }
    return jurisdiction
  }

  private func check(_ list: RankingList, _ jurisdiction: String) async throws {
    var seen: Set<String> = []
    let repeated = list.choices.filter { !seen.insert($0).inserted }
    guard repeated.isEmpty, !list.choices.isEmpty else {
      throw RankingRefusal.repeated(repeated)
    }
    let others: SQL =
      switch list.side {
      case .enterprise: "SELECT code, jurisdiction FROM registry.experts"
      case .expert: "SELECT number AS code, jurisdiction FROM registry.expert_requests"
      }
    let strangers = try await connection.query(
      """
      SELECT c FROM unnest(\(list.choices)::text[]) AS c
      WHERE NOT EXISTS (
        SELECT FROM (\(others)) o WHERE o.code = c AND o.jurisdiction = \(jurisdiction))
      ORDER BY c COLLATE "C"
      """
    ).decode(String.self)
    guard strangers.isEmpty else { throw RankingRefusal.strangers(strangers) }
  }
}

/// Why a list is not filed.
public enum RankingRefusal: DeskRefusal, Hashable {
  /// The department has no such request or expert.
  case unknown(String)
  case filed(String, version: Int)
  case repeated([String])
  case strangers([String])

  public var ground: RefusalGround {
    switch self {
    case .unknown: .value(.party)
    case .filed: .exists
    case .repeated, .strangers: .value(.choices)
    }
  }

  public var description: String {
    switch self {
    case .unknown(let party): "the department has no request or expert \(party) to rank for"
    case .filed(let party, let version):
      "the list of \(party) is filed and sealed (version \(version)); it stays as it is"
    case .repeated(let codes) where codes.isEmpty: "a list has at least one choice"
    case .repeated(let codes): "listed twice: \(codes.joined(separator: ", "))"
    case .strangers(let codes):
      "not to be ranked, for they do not exist: \(codes.joined(separator: ", "))"
    }
  }

  public var chinese: String {
    switch self {
    case .unknown(let party): "本单位没有需求或专家 \(party)"
    case .filed(let party, let version): "\(party) 的志愿表已填报并封存（第 \(version) 版），不再更改"
    case .repeated(let codes) where codes.isEmpty: "志愿表至少一项"
    case .repeated(let codes): "重复：\(codes.joined(separator: "、"))"
    case .strangers(let codes): "不存在：\(codes.joined(separator: "、"))"
    }
  }
}
