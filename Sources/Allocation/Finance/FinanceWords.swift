public import Postgres

/// Credit ratings, best first.
public enum Rating: String, CaseIterable, Codable, Sendable, Comparable {
  case aaa = "AAA"
  case aa = "AA"
  case a = "A"
  case bbb = "BBB"
  case bb = "BB"
  case b = "B"
  case ccc = "CCC"

  /// 0 for the lowest.
  public var level: Int {
    switch self {
    case .aaa: 6
    case .aa: 5
    case .a: 4
    case .bbb: 3
    case .bb: 2
    case .b: 1
    case .ccc: 0
    }
  }

  /// Steps from the lowest rating to the highest.
  static let span = 6

  public static func < (left: Rating, right: Rating) -> Bool { left.level < right.level }
}

/// What secures a loan.
public enum Collateral: String, CaseIterable, Codable, SQLEncodable, SQLDecodable, ArrayElement {
  case credit, mortgage, guarantee, receivables
  case intellectualProperty = "intellectual_property"
}

/// The four sizes of enterprise.
public enum EnterpriseSize: String, CaseIterable, Codable, SQLEncodable, SQLDecodable, ArrayElement
{
  case large, medium, small, micro

  /// Whether a loan to it counts towards a bank's inclusive floor (普惠).
  public var isInclusive: Bool { self == .small || self == .micro }
}

/// What a loan is for.
public enum LoanPurpose: String, CaseIterable, Codable, Sendable {
  case equipment, plant, research, renewal
  case workingCapital = "working_capital"
}
