/// The mechanisms, by the word that tables, API and commands use.
public enum MechanismName: String, CaseIterable, Codable, Sendable {
  case land, finance, techvp, rotation, housing

  /// The name in Chinese, for people.
  public var chinese: String {
    switch self {
    case .land: "土地"
    case .finance: "一链两行多企"
    case .techvp: "科技副总"
    case .rotation: "政聘企培"
    case .housing: "送房"
    }
  }
}
