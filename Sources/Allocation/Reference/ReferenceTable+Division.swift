internal import Postgres

extension ReferenceTable {
  /// Provinces, prefectures and counties of the NBS table, corrected by what is known of a
  /// prefecture's history.
  static let division = ReferenceTable(
    name: "divisions",
    files: [
      "cn-provinces-modood.csv", "cn-cities-modood.csv", "cn-areas-modood.csv",
      "xuancheng-divisions.csv",
    ]
  ) { tables in
    guard tables.count == 4 else { throw ReferenceError.malformed("divisions") }
    var entries: [String: Entry] = [:]
    let all =
      try tables[0].map(province) + tables[1].map(prefecture) + tables[2].map(county)
      + tables[3].map(corrected)
    for entry in all { entries[entry.code] = entry }
    return entries.values.sorted { $0.code < $1.code }
  } statement: { columns in
    """
    INSERT INTO reference.division AS t
      (code, name, kind, parent, standard, valid_from, valid_to)
    SELECT code, name, kind, parent, standard, valid_from::smallint, valid_to::smallint
    FROM unnest(\(columns.code)::text[], \(columns.name)::text[], \(columns.level)::text[],
      \(columns.parent)::text[], \(columns.standard)::text[], \(columns.validFrom)::text[],
      \(columns.validTo)::text[])
      AS e (code, name, kind, parent, standard, valid_from, valid_to)
    ON CONFLICT (code) DO UPDATE
    SET name = excluded.name, kind = excluded.kind, parent = excluded.parent,
      standard = excluded.standard, valid_from = excluded.valid_from, valid_to = excluded.valid_to
    WHERE (t.name, t.kind, t.parent, t.standard, t.valid_from, t.valid_to) IS DISTINCT FROM
      (excluded.name, excluded.kind, excluded.parent, excluded.standard, excluded.valid_from,
        excluded.valid_to)
    """
  }

  private static func province(_ row: [String: String]) throws -> Entry {
    let (code, name) = try identity(row, digits: 2)
    return Entry(code: code + "0000", name: name, level: "province")
  }

  private static func prefecture(_ row: [String: String]) throws -> Entry {
    let (code, name) = try identity(row, digits: 4)
    return Entry(
      code: code + "00", name: name, level: "prefecture", parent: "\(code.prefix(2))0000")
  }

  /// County codes whose last two digits are 71 to 79 are the NBS's own, for development zones.
  private static func county(_ row: [String: String]) throws -> Entry {
    let (code, name) = try identity(row, digits: 6)
    let isStatistical = code.dropFirst(4).first == "7" && code.last != "0"
    return Entry(
      code: code, name: name, level: "county", parent: "\(code.prefix(4))00",
      standard: isStatistical ? "NBS" : "GB/T 2260")
  }

  private static func corrected(_ row: [String: String]) throws -> Entry {
    let (code, name) = try identity(row, digits: 6)
    let isPrefecture = code.hasSuffix("00")
    let parent = isPrefecture ? "\(code.prefix(2))0000" : "\(code.prefix(4))00"
    return Entry(
      code: code, name: name, level: isPrefecture ? "prefecture" : "county", parent: parent,
      standard: row["standard"] == "GB/T 2260" ? "GB/T 2260" : "NBS",
      validFrom: year(row["valid_from"]), validTo: year(row["valid_to"]))
  }

  private static func identity(
    _ row: [String: String], digits: Int
  ) throws -> (code: String, name: String) {
    guard let code = row["code"], let name = row["name"], code.utf8.count == digits else {
      throw ReferenceError.malformed("divisions")
    }
    return (code, name)
  }

  private static func year(_ text: String?) -> String? {
    text.flatMap { $0.isEmpty ? nil : $0 }
  }
}
