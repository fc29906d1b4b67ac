/// What an import has done, or why it has done nothing.
public struct ImportReport: Sendable {
  /// What became of one table's rows.
  public struct TableCount: Hashable, Sendable {
    /// English name, which is also the database table's.
    public let table: String
    /// Chinese name.
    public let title: String
    public let rows: Int
    public let inserted: Int
    public let updated: Int

    /// Rows that the registry already held just so.
    public var unchanged: Int { rows - inserted - updated }
  }

  /// The tables of the import in the order of loading; empty where there were faults.
  public internal(set) var tables: [TableCount] = []
  /// The first 200 faults.
  public internal(set) var faults: [ImportFault] = []
  /// All faults, also those that ``faults`` leaves out.
  public internal(set) var faultCount = 0
  public internal(set) var isDryRun = false

  /// Nothing was wrong; unless it was a dry run, everything is stored.
  public var isAccepted: Bool { faultCount == 0 }

  /// The faults line by line, with a last line for those left out.
  public func faultLines(_ language: Language = .chinese) -> [String] {
    var lines = faults.map { $0.text(language) }
    let rest = faultCount - faults.count
    if rest > 0 {
      lines.append(
        language == .chinese
          ? "另有 \(rest) 处错误，用 --errors 文件.csv 全部写出"
          : "\(rest) more faults; --errors FILE.csv writes all of them")
    }
    return lines
  }
}
