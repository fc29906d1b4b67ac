import Postgres

/// The minutes of a consultation (会议纪要), as a value that is written out in several forms.
public struct SessionMinutes: Hashable, Sendable {
  /// One numbered conclusion (会议明确事项).
  public struct Conclusion: Hashable, Sendable {
    public let number: Int
    public let text: String
    /// The responsible department's name.
    public let department: String
    /// Until when; `nil` where nothing is due.
    public let due: String?
  }

  /// One item of the agenda.
  public struct Topic: Hashable, Decodable, Sendable {
    public let position: Int
    public let request: String
    public let enterprise: String
    public let project: String
    public let causeMeaning: String
  }

  /// The prefecture's name.
  public let city: String
  public let session: Session
  /// Names of the departments that attended.
  public let attending: [String]
  public let topics: [Topic]
  /// Items for which there was no time.
  public let carriedOver: Int
  public let conclusions: [Conclusion]

  var title: String {
    "\(city)土地要素保障“星期六”会商会议纪要（第\(session.number ?? 0)次）"
  }

  /// A day as Chinese documents write it: 2026年11月28日.
  static func chinese(_ day: DateOnly) -> String { "\(day.year)年\(day.month)月\(day.day)日" }
}

/// A decision with the names that its text needs.
struct DecisionRecord: Decodable, Sendable {
  let conclusion: Int
  let kind: String
  let request: String?
  let enterprise: String?
  let project: String?
  let parcel: String?
  let parcelRegion: String?
  let areaMu: Numeric?
  let fromQuota: String?
  let toQuota: String?
  let quotaKind: String?
  let fromRegion: String?
  let toRegion: String?
  let amount: Numeric?
  let unit: String?
  let documentNo: String?
  let rule: String?
  let untilOn: DateOnly?
  let departmentName: String
  let dueOn: DateOnly?
  let dueIsProvisional: Bool?
  let reason: String?
  let legalBasis: String?
  let note: String?
}

extension SessionMinutes.Conclusion {
  init(_ record: DecisionRecord) {
    number = record.conclusion
    text = record.sentence + (record.isTask ? "" : record.note.map { "（\($0)）" } ?? "") + "。"
    department = record.departmentName
    due = record.due
  }
}

extension DecisionRecord {
  fileprivate var isTask: Bool { kind == Decision.Kind.assignTask.rawValue }

  fileprivate var due: String? {
    guard let day = dueOn ?? untilOn else { return nil }
    return SessionMinutes.chinese(day) + (dueIsProvisional == true ? "（预计）" : "")
  }

  /// What was decided, in one Chinese sentence without its full stop.
  fileprivate var sentence: String {
    switch Decision.Kind(rawValue: kind) {
    case .allocate:
      "同意将\(parcelRegion ?? "")地块 \(parcel ?? "") 的 \(text(areaMu)) 亩安排给\(requester)"
    case .adjustQuota: transfer
    case .waiveThreshold:
      "同意\(requester)\(parcel.map { "在地块 \($0) " } ?? "")豁免\(threshold)门槛\(until)"
    case .holdParcel:
      "地块 \(parcel ?? "") 予以预留\(request == nil ? "" : "，仅供\(requester)")\(until)"
    case .defer: "\(requester)的用地需求暂缓安排\(until)"
    case .refuse: "\(requester)的用地需求不予安排：\(reason ?? "")，依据\(legalBasis ?? "")"
    case .assignTask: "\(subject)\(note ?? "")"
    case nil: kind
    }
  }

  private var requester: String {
    "\(enterprise ?? "")“\(project ?? "")”项目（\(request ?? "")）"
  }

  /// What a task is about, where it is about something.
  private var subject: String {
    if request != nil { return "关于\(requester)：" }
    return parcel.map { "关于地块 \($0)：" } ?? ""
  }

  private var transfer: String {
    let quota =
      switch quotaKind {
      case LandQuota.Kind.constructionLand.rawValue: "新增建设用地指标"
      case LandQuota.Kind.farmlandBalance.rawValue: "占补平衡指标"
      default: "能耗指标"
      }
    let source = fromRegion.map { "由\($0)调剂" } ?? "由上级追加"
    return "\(source)\(quota) \(text(amount)) \(unit == "tce" ? "吨标煤" : "亩")给\(toRegion ?? "")"
      + "（\(documentNo ?? "")）"
  }

  private var threshold: String {
    rule == LandWaiver.Threshold.tax.rawValue ? "亩均税收" : "投资强度"
  }

  private var until: String {
    untilOn.map { "，至\(SessionMinutes.chinese($0))" } ?? ""
  }

  private func text(_ number: Numeric?) -> String { number.map { "\($0.reduced)" } ?? "" }
}
