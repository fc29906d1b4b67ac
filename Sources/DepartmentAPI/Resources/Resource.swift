internal import Allocation
internal import Postgres

/// A table of the registry as the API offers it. All resources are this one mechanism: what differs
/// between them is what `fields.csv` and the lines below say.
struct Resource: Sendable {
  /// The collection's segment of the path, for example `land-requests`.
  let path: String
  let table: RegistryTable
  /// Whose names stand in it; `nil` where no person is named.
  let person: PersonalData.Kind?
  /// What one row is called in operations' names, for example `LandRequest`.
  let name: String
  /// A row `t` as JSON, whole and with persons masked: made once, since every reading asks for it.
  let row: SQL
  /// The search of several rows, around the lists of their keys.
  let searchOfSeveral: SQLFrame
  /// What checks and stores new rows: of each stored its key's texts, its JSON and its version.
  let newRows: NewRows

  private init(_ path: String, _ table: RegistryTable, _ name: String, _ person: PersonalData.Kind?)
  {
    (self.path, self.table, self.name, self.person) = (path, table, name, person)
    row = Self.json(of: table, hiding: Self.personal(person)).joined
    let key = table.key.map { "t.\(identifier: $0)::text" as SQL }.joined()
    newRows = NewRows(in: table, returning: "ARRAY[\(key)], \(row), t.event_id::text")
    searchOfSeveral = Self.searchOfSeveral(in: table, row)
  }

  /// Columns that a caller reads beside the spreadsheet's own.
  static let derived = ["jurisdiction", "department"]

  /// Columns that name persons: masked, unless a purpose is told and kept; nobody filters by them.
  var personal: Set<String> { Self.personal(person) }

  private static func personal(_ person: PersonalData.Kind?) -> Set<String> {
    person == nil ? [] : ["name"]
  }

  /// The columns of the key in the path's order.
  var key: [String] { table.key }

  var collectionPath: String { "/v1/\(path)" }
  var itemPath: String { collectionPath + key.map { "/{\($0)}" }.joined() }

  /// - Throws: an error if the files that the program carries do not fit it.
  static func all() throws -> [Resource] {
    let tables = Dictionary(
      try RegistryTable.all().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return descriptions.compactMap { path, table, name, person in
      tables[table].map { Resource(path, $0, name, person) }
    }
  }

  private static let descriptions: [(String, String, String, PersonalData.Kind?)] = [
    ("enterprises", "enterprises", "Enterprise", nil),
    ("chains", "chains", "Chain", nil),
    ("parcels", "parcels", "Parcel", nil),
    ("land-quotas", "land_quotas", "LandQuota", nil),
    ("land-requests", "land_requests", "LandRequest", nil),
    ("banks", "banks", "Bank", nil),
    ("credit-lines", "credit_lines", "CreditLine", nil),
    ("products", "loan_products", "Product", nil),
    ("finance-requests", "finance_requests", "FinanceRequest", nil),
    ("experts", "experts", "Expert", .expert),
    ("expert-requests", "expert_requests", "ExpertRequest", nil),
    ("talents", "talents", "Talent", .talent),
    ("host-posts", "host_posts", "HostPost", nil),
    ("institution-posts", "institution_posts", "InstitutionPost", nil),
  ]
}
