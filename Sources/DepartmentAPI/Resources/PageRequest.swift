internal import Allocation
internal import Foundation

/// What a list is asked for.
struct PageRequest: Sendable {
  static let usual = 50
  static let most = 200

  struct Filter: Hashable, Sendable {
    enum Relation: String, Sendable { case equal, contains, atLeast, atMost }
    let column: String
    let relation: Relation
    let value: String
  }

  let limit: Int
  /// The key after which the page begins.
  let after: [String]?
  /// Names of the columns wanted; all if `nil`.
  let wanted: Set<String>?
  let filters: [Filter]

  /// - Throws: ``Problem`` `unknown_parameter` or `bad_parameter`.
  init(_ query: Query, of resource: Resource) throws(Problem) {
    let known = Self.filters(of: resource)
    try query.refuseOthers(
      than: Set(["limit", "cursor", "columns"] + known.map(\.parameter)))
    limit = try Self.limit(query)
    after = try query["cursor"].map { text throws(Problem) in
      try Self.position(text, keys: resource.key.count)
    }
    if let after { try Self.check(after, resource) }
    wanted = try query["columns"].map { text throws(Problem) in
      try Self.columns(text, resource)
    }
    var filters: [Filter] = []
    for (parameter, column, relation) in known {
      guard let value = query[parameter] else { continue }
      guard let text = Self.canonical(value, column) else {
        let example = column.form.example
        throw .parameter(parameter, "形式如 \(example)", "write it like \(example)")
      }
      filters.append(Filter(column: column.name, relation: relation, value: text))
    }
    self.filters = filters
  }

  static func limit(_ query: Query) throws(Problem) -> Int {
    guard let text = query["limit"] else { return usual }
    guard text.utf8.allSatisfy({ (48..<58).contains($0) }), let limit = Int(text),
      (1...most).contains(limit)
    else { throw .parameter("limit", "1 至 \(most)", "1 to \(most)") }
    return limit
  }
}

extension PageRequest {
  /// The filters that a resource knows: each column but those that name persons.
  static func filters(
    of resource: Resource
  ) -> [(parameter: String, column: RegistryColumn, relation: Filter.Relation)] {
    resource.table.columns.filter { !resource.personal.contains($0.name) }.flatMap {
      column -> [(String, RegistryColumn, Filter.Relation)] in
      switch column.form {
      case .list: [(column.name, column, .contains)]
      case .integer, .decimal, .day:
        [
          (column.name, column, .equal), (column.name + ".from", column, .atLeast),
          (column.name + ".to", column, .atMost),
        ]
      default: [(column.name, column, .equal)]
      }
    }
  }

  private static func canonical(_ value: String, _ column: RegistryColumn) -> String? {
    switch column.form {
    case .integer: column.canonical(.number(value))
    case .flag: column.canonical(.truth(value == "true")).flatMap { $0 == value ? $0 : nil }
    case .list: column.canonical(.list([.text(value)]))
    case .text
    where value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }):
      nil
    default: column.canonical(.text(value))
    }
  }

  private static func columns(
    _ text: String, _ resource: Resource
  ) throws(Problem) -> Set<String> {
    let names = Set(text.split(separator: ",").map(String.init))
    let known = resource.table.columns.map(\.name) + Resource.derived
    guard !names.isEmpty, names.isSubset(of: known) else {
      let listing = known.joined(separator: ",")
      throw .parameter("columns", "可选：\(listing)", "known are \(listing)")
    }
    return names
  }
}

extension PageRequest {
  /// A cursor: the last key of a page. It says where to go on and grants nothing.
  static func cursor(after key: [String]) -> String {
    let text = JSON.array(key.map(JSON.text)).compact
    return Data(text.utf8).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  static func position(_ cursor: String, keys: Int) throws(Problem) -> [String] {
    let refused = Problem.parameter("cursor", "不是本列表给出的游标", "not a cursor that this list gave out")
    let padded = cursor.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - padded.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: padded + padding),
      case .array(let values)? = try? JSONReader.read(Array(data)), values.count == keys
    else { throw refused }
    var key: [String] = []
    for value in values {
      guard case .text(let text) = value else { throw refused }
      key.append(text)
    }
    return key
  }

  /// Each part has to be a value of its column.
  private static func check(_ key: [String], _ resource: Resource) throws(Problem) {
    for (name, value) in zip(resource.key, key) {
      if let column = resource.table.column(name), column.canonical(.text(value)) != value {
        throw .parameter("cursor", "不是本列表给出的游标", "not a cursor that this list gave out")
      }
    }
  }
}
