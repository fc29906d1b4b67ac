/// What `fields.csv` does not say of a table: its key, what it refers to, and the rules that hold
/// between the cells of a row. The importer knows no table but through these.
struct TableFacts: Sendable {
  /// Columns that identify a row; with the jurisdiction in front for lists that every prefecture
  /// numbers for itself.
  var key: [String]
  var jurisdiction: JurisdictionSource
  var references: [Reference] = []
  var lists: [String: ListFact] = [:]
  var limits: [String: NumberLimits] = [:]
  var rules: [RowRule] = []
  /// Rows equal in these columns, empty ones too, must not overlap in [period_start, period_end].
  var noOverlap: [String] = []
  /// The lot of the capacity ledger that a row grants.
  var lot: LotFact?

  /// The key's columns in the database.
  var storedKey: [String] { isLocal ? ["jurisdiction"] + key : key }

  /// The same code may stand for another thing in another prefecture.
  var isLocal = false

  /// What is filed stays under seal until a round opens it: an import writes it unread.
  var isSealed = false
}

/// What a row grants on the capacity ledger.
struct LotFact: Sendable {
  /// SQL over the row's columns: the lot's code.
  let code: String
  /// The column of what is granted.
  let amount: String
  /// Columns that must stay once the lot has been used.
  var fixed: [String] = []
}

/// Where a row's prefecture comes from.
enum JurisdictionSource: Sendable, Equatable {
  /// The row is itself a division.
  case division
  /// The import says it: the row has neither division nor enterprise nor bank.
  case imported
  /// That of the row which `column` names in `table`; with its department where that answers too.
  case parent(column: String, table: String, key: String, department: Bool)

  static let region = parent(column: "region", table: "regions", key: "code", department: false)
  static let enterprise = parent(
    column: "uscc", table: "enterprises", key: "uscc", department: true)
  static let bank = parent(column: "bank", table: "banks", key: "code", department: false)
}

/// A column that names a row elsewhere.
struct Reference: Sendable {
  let column: String
  let target: Target

  enum Target: Sendable, Equatable {
    /// A table of the same import or of the registry, by that key column.
    case table(String, key: String)
    /// Likewise, inside the row's own prefecture.
    case localTable(String, key: String)
    /// A national standard, with a condition on its rows.
    case standard(String, condition: String)
  }

  static let region = Reference("region", .table("regions", key: "code"))
  static let enterprise = Reference("uscc", .table("enterprises", key: "uscc"))
  static let bank = Reference("bank", .table("banks", key: "code"))
  static let chain = Reference("chain", .localTable("chains", key: "code"))
  static let university = Reference("university", .localTable("universities", key: "code"))
  static let industry = Reference("industry", .standard("industry", condition: "true"))

  init(_ column: String, _ target: Target) {
    self.column = column
    self.target = target
  }
}

/// What the items of a list are; lists not named hold free codes.
enum ListFact: Sendable, Equatable {
  /// The words of another column, as `table.column`.
  case words(String)
  case industryDivisions
  case regions

  var target: Reference.Target? {
    switch self {
    case .words: nil
    case .industryDivisions: .standard("industry", condition: "level = 2")
    case .regions: .table("regions", key: "code")
    }
  }
}

/// A rule between the cells of one row, mirrored by a constraint of the table.
struct RowRule: Sendable {
  /// SQL over the row's columns, true or null where the rule holds.
  let holds: String
  /// The column the fault is shown at.
  let column: String
  let chinese: String
  let english: String

  init(_ holds: String, at column: String, _ chinese: String, _ english: String) {
    self.holds = holds
    self.column = column
    self.chinese = chinese
    self.english = english
  }
}

/// The numbers a column may hold, in units of its last decimal place.
struct NumberLimits: Sendable, Equatable {
  let range: ClosedRange<Int64>
  /// Zero is out of range, though the range begins below one.
  var isPositive = false

  /// 10¹² whole units: more than any amount, area or energy of a province.
  static let amount = NumberLimits(range: 0...1_000_000_000_000)
  static let positive = NumberLimits(range: 0...1_000_000_000_000, isPositive: true)
  static let count = NumberLimits(range: 0...1_000_000_000)

  static func of(unit: String) -> NumberLimits {
    switch unit {
    case "%": NumberLimits(range: 0...100)
    case "月": NumberLimits(range: 1...600)
    case "天/月": NumberLimits(range: 1...31)
    case "间": NumberLimits(range: 0...20)
    case "分": NumberLimits(range: 0...10_000)
    case "亩", "见单位", "平方米": NumberLimits(range: 0...1_000_000)
    case "万元/亩": NumberLimits(range: 0...1_000_000_000)
    case "人", "户", "条", "名", "项": .count
    default: .amount
    }
  }

  static func positive(upTo limit: Int64) -> NumberLimits {
    NumberLimits(range: 0...limit, isPositive: true)
  }
}
