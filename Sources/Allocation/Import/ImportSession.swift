internal import Postgres

/// One import inside its transaction, from the files to the registry.
struct ImportSession {
  let connection: Connection
  let catalogue: Catalogue
  let options: ImportOptions
  /// The department that imports; `nil` where the service itself does.
  let writer: DepartmentWriter?
  let progress: @Sendable (ImportProgress) -> Void
  private var log: FaultLog
  private var files: [ImportFile] = []
  private var rows: [String: Int] = [:]
  /// Files that are staged and not complete.
  private var staged: [StagedFile] = []
  /// Tables of which a file could not be read.
  private var unread: Set<String> = []

  init(
    connection: Connection, catalogue: Catalogue, options: ImportOptions,
    writer: DepartmentWriter? = nil, progress: @escaping @Sendable (ImportProgress) -> Void
  ) {
    self.connection = connection
    self.catalogue = catalogue
    self.options = options
    self.writer = writer
    self.progress = progress
    log = FaultLog(path: options.errorsPath)
  }

  /// - Throws: ``ImportEnd`` when nothing is to be kept.
  mutating func run(
    _ find: (Catalogue, inout FaultLog) -> [ImportFile]
  ) async throws -> ImportReport {
    files = find(catalogue, &log)
    // The statements are few and large: estimates matter, compiling them does not pay.
    try await connection.execute("SET LOCAL work_mem = '64MB'")
    try await connection.execute("SET LOCAL jit = off")
    try await checkDay()
    try await stage()
    try await check()
    if log.count > 0 { throw end([]) }
    let counts = try await store()
    if options.dryRun { throw end(counts) }
    return report(counts)
  }

  /// Tables that the import holds files of, parents first.
  private var tables: [Spreadsheet] {
    let names = Set(files.map(\.table.name))
    return catalogue.tables.filter { names.contains($0.name) }
  }

  // MARK: - the steps

  /// What is not known yet cannot be known as of a day to come.
  private mutating func checkDay() async throws {
    guard let day = options.asOf else { return }
    let isFuture = try await connection.query(
      "SELECT \(day) > (transaction_timestamp() AT TIME ZONE 'Asia/Shanghai')::date"
    ).only(Bool.self)
    if isFuture { log.add(ImportFault(column: "--as-of", value: "\(day)", .futureDay)) }
  }

  private mutating func stage() async throws {
    let area = StagingArea(connection: connection)
    try await area.create(catalogue.tables)
    // Regions come first: they tell which prefecture the rest of their folder belongs to.
    for (number, file) in files.enumerated() where file.table.facts.jurisdiction == .division {
      try await load(file, number, nil, into: area)
    }
    try await complete(in: area)
    let prefectures = try await Prefectures.read(
      connection, files: files, stated: options.jurisdiction)
    var asked: Set<String> = []
    for (number, file) in files.enumerated() where file.table.facts.jurisdiction != .division {
      var prefecture: String?
      if file.table.facts.jurisdiction == .imported {
        let isFirst = asked.insert(file.folder).inserted
        prefecture = self.prefecture(of: file, prefectures, isFirst: isFirst)
      }
      try await load(file, number, prefecture, into: area)
    }
    try await complete(in: area)
    try await area.analyze(tables)
  }

  /// Locks the tables staged so far, and completes their rows from the stored ones, once these are known to
  /// be the writer's: from here on, faults may quote them.
  private mutating func complete(in area: StagingArea) async throws {
    let tables = tables.filter { table in staged.contains { $0.table.name == table.name } }
    try await Merge(connection: connection).lock(tables)
    for table in tables { try await writer?.admit(table, on: connection) }
    for file in staged { try await area.fillIn(file) }
    staged = []
  }

  private mutating func load(
    _ file: ImportFile, _ number: Int, _ jurisdiction: String?, into area: StagingArea
  ) async throws {
    do {
      let loaded = try await area.load(
        file, number: number, jurisdiction: jurisdiction, log: &log)
      staged.append(loaded)
      // What refers to rows that were not read is not at fault.
      if !loaded.isWhole { unread.insert(file.table.name) }
      rows[file.table.name, default: 0] += loaded.rows
      progress(.read(file: file.path, rows: loaded.rows))
    } catch let fault as ImportFault {
      unread.insert(file.table.name)
      log.add(fault)
    }
  }

  /// The prefecture of a file's rows; one fault a folder where there is none.
  private mutating func prefecture(
    of file: ImportFile, _ prefectures: Prefectures, isFirst: Bool
  ) -> String? {
    do {
      return try prefectures.prefecture(of: file.folder)
    } catch {
      if isFirst && !unread.contains("regions") {
        log.add(ImportFault(file: file.path, value: options.jurisdiction, error))
      }
      return nil
    }
  }

  private mutating func check() async throws {
    let checks = StagedChecks(
      connection: connection, writer: writer, files: files, unread: unread)
    for table in tables {
      progress(.checking(table: table.name))
      try await checks.run(table, log: &log)
    }
  }

  private mutating func store() async throws -> [ImportReport.TableCount] {
    do {
      try await openEvent()
      var counts: [ImportReport.TableCount] = []
      let merge = Merge(connection: connection)
      for table in tables {
        let (inserted, updated) =
          if let writer { try await writer.run(table, merge) } else { try await merge.run(table) }
        let count = ImportReport.TableCount(
          table: table.name, title: table.title, rows: rows[table.name] ?? 0, inserted: inserted,
          updated: updated)
        counts.append(count)
        progress(.merged(count))
      }
      // Whatever is checked at commit is to be found in a rehearsal, too.
      try await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
      return counts
    } catch let error as PostgresError
      where error.sqlState?.hasPrefix("23") == true || error.constraint == "offered_enterprise"
    {
      // Our checks mirror the constraints; should one be missing, the fault is still a fault.
      let place = error.table.map { "registry.\($0)" }
      let constraint = error.constraint ?? error.sqlState ?? ""
      log.add(ImportFault(column: place, .refused(constraint: constraint)))
      throw end([])
    }
  }

  private func openEvent() async throws {
    let names = files.map { $0.path.split(separator: "/").last ?? "" }
    let cause = ((writer.map { [$0.cause[...]] } ?? []) + names).joined(separator: " ").prefix(500)
    let day: SQL = options.asOf.map { "\($0)::date" } ?? "NULL::date"
    let isToday: SQL =
      "d = (transaction_timestamp() AT TIME ZONE 'Asia/Shanghai')::date"
    try await connection.execute(
      """
      SELECT audit.begin(\(options.actor), \(String(cause)), 'import', CASE
        WHEN d IS NULL OR \(isToday) THEN transaction_timestamp()
        ELSE (d + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' - interval '1 microsecond' END)
      FROM (SELECT \(day) AS d) AS known
      """)
  }

  // MARK: - the answer

  private mutating func end(_ counts: [ImportReport.TableCount]) -> ImportEnd {
    log.close()
    return ImportEnd(report: report(counts))
  }

  private func report(_ counts: [ImportReport.TableCount]) -> ImportReport {
    var report = ImportReport()
    report.tables = counts
    report.faults = log.first
    report.faultCount = log.count
    report.isDryRun = options.dryRun
    return report
  }
}
