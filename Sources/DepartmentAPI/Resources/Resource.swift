internal import Allocation

/// A table of the registry as the API offers it. All resources are this one mechanism: what differs
/// between them is what `fields.csv` and the lines below say.
struct Resource: Sendable {
  /// The collection's segment of the path, for example `land-requests`.
  let path: String
  let table: RegistryTable
  /// Columns that name persons: readers do not see them, and nobody filters by them.
  let personal: Set<String>
  /// What one row is called in operations' names, for example `LandRequest`.
  let name: String

  /// Columns that a caller reads beside the spreadsheet's own.
  static let derived = ["jurisdiction", "department"]

  /// The columns of the key in the path's order.
  var key: [String] { table.key }

  var collectionPath: String { "/v1/\(path)" }
  var itemPath: String { collectionPath + key.map { "/{\($0)}" }.joined() }

  /// - Throws: an error if the files that the program carries do not fit it.
  static func all() throws -> [Resource] {
    let tables = Dictionary(
      try RegistryTable.all().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return descriptions.compactMap { path, table, name, personal in
      tables[table].map {
        Resource(path: path, table: $0, personal: personal, name: name)
      }
    }
  }

  private static let descriptions: [(String, String, String, Set<String>)] = [
    ("enterprises", "enterprises", "Enterprise", []),
    ("chains", "chains", "Chain", []),
    ("parcels", "parcels", "Parcel", []),
    ("land-quotas", "land_quotas", "LandQuota", []),
    ("land-requests", "land_requests", "LandRequest", []),
    ("banks", "banks", "Bank", []),
    ("credit-lines", "credit_lines", "CreditLine", []),
    ("products", "loan_products", "Product", []),
    ("finance-requests", "finance_requests", "FinanceRequest", []),
    ("experts", "experts", "Expert", ["name"]),
    ("expert-requests", "expert_requests", "ExpertRequest", []),
    ("talents", "talents", "Talent", ["name"]),
    ("host-posts", "host_posts", "HostPost", []),
    ("institution-posts", "institution_posts", "InstitutionPost", []),
  ]
}
