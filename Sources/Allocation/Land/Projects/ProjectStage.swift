public import Postgres

/// The stages of a project on granted land: 签约 → 摘牌 → 开工 → 投产.
public enum ProjectStage: String, CaseIterable, Codable, Sendable {
  case signed, acquired, started, producing

  /// The stage before; `nil` for the first.
  var previous: ProjectStage? {
    switch self {
    case .signed: nil
    case .acquired: .signed
    case .started: .acquired
    case .producing: .started
    }
  }
}

/// A project on granted land: the stages it has reached, and what was agreed.
public struct LandProject: Hashable, Sendable {
  /// The commitment's number.
  public let offerID: Int
  /// Whether the land is still committed to it.
  public let isLive: Bool
  /// The day on which each stage was reached.
  public internal(set) var stages: [ProjectStage: DateOnly]
  /// The day on which building is to start, as agreed (约定开工日期).
  public internal(set) var startDueOn: DateOnly?
  /// The day on which production is to start, as agreed.
  public internal(set) var productionDueOn: DateOnly?
  /// Granted area in mu.
  public let area: Numeric
  /// The parcel's price in 万元 a mu; `nil` where none is on record.
  public let price: Numeric?
  /// Promised investment in 万元.
  public let investment: Int64
  /// Area that has been built on, in mu; `nil` where nobody has said.
  public internal(set) var developed: Numeric?
  /// What has been invested, in 万元.
  public internal(set) var invested: Int64?
  /// The day on which building stopped; `nil` while it goes on.
  public internal(set) var stoppedOn: DateOnly?

  /// Judges whether a stage may be recorded: stages come in their order, and no day runs back.
  ///
  /// - Throws: ``ProjectRefusal``.
  func judge(_ stage: ProjectStage, on date: DateOnly) throws(ProjectRefusal) {
    guard isLive else { throw .released(offerID) }
    if let reached = stages[stage] { throw .reached(offerID, stage, reached) }
    if let previous = stage.previous {
      guard let before = stages[previous] else { throw .outOfOrder(offerID, stage, previous) }
      guard date >= before else { throw .runsBack(offerID, stage, date, before) }
    }
  }
}

/// Why a project's stage cannot be recorded.
public enum ProjectRefusal: Error, Hashable, Sendable {
  case unknown(Int)
  case released(Int)
  case reached(Int, ProjectStage, DateOnly)
  case outOfOrder(Int, ProjectStage, ProjectStage)
  case runsBack(Int, ProjectStage, DateOnly, DateOnly)
}

extension ProjectRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknown(let id):
      "offer \(id) has no project: only accepted land offers have, see report.project_stage"
    case .released(let id): "the land of project \(id) has been released; its stages stand"
    case .reached(let id, let stage, let date):
      "project \(id) has been \(stage.rawValue) since \(date)"
    case .outOfOrder(let id, let stage, let previous):
      "project \(id) is not \(previous.rawValue) yet; \(stage.rawValue) comes after it"
    case .runsBack(let id, let stage, let date, let before):
      "project \(id) cannot be \(stage.rawValue) on \(date): the stage before was reached on "
        + "\(before)"
    }
  }
}
