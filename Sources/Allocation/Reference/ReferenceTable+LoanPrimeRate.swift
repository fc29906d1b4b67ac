internal import Postgres

extension ReferenceTable {
  /// The loan prime rate (LPR), as it was published month by month up to the program's making. What
  /// the office has entered since stays as entered.
  static let loanPrimeRate = ReferenceTable(name: "lpr.csv", files: ["lpr.csv"]) { tables in
    let rows = tables.joined()
    func column(_ name: String) throws -> [String] {
      try rows.map { row in
        guard let value = row[name], !value.isEmpty else {
          throw ReferenceError.malformed("lpr.csv")
        }
        return value
      }
    }
    return """
      INSERT INTO reference.lpr AS t (published_on, one_year_pct, five_year_pct)
      SELECT published_on::date, one_year::numeric, five_year::numeric
      FROM unnest(\(try column("date"))::text[], \(try column("lpr_1y_pct"))::text[],
        \(try column("lpr_5y_pct"))::text[]) AS e (published_on, one_year, five_year)
      ON CONFLICT (published_on) DO UPDATE
      SET one_year_pct = excluded.one_year_pct, five_year_pct = excluded.five_year_pct
      WHERE t.source IS NULL AND (t.one_year_pct, t.five_year_pct) IS DISTINCT FROM
        (excluded.one_year_pct, excluded.five_year_pct)
      """
  }
}
