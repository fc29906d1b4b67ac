import Allocation
import Foundation
import Postgres

/// Loads a city of a hundred times the sample's enterprises (238,800 rows) beside the sample city
/// that is already there, as `yaosu import` would: every check, one transaction, one audit event,
/// a private server that keeps its data safe on disk.
///
/// Prints time and memory beside their bars; exits with 1 where one is missed. The memory is this
/// process's at its peak, the making of the spreadsheet included, the server's not.
///
/// Usage: BenchmarkImport [copies]
let copies = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100
let secondsBar = 10.0
let mebibytesBar = 300.0

let folder = FileManager.default.temporaryDirectory
  .appending(path: "yaosu-import-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }

let measured = try await Database.with(
  .privateServer(folder: folder.appending(path: "server").path)
) { database in
  _ = try await database.migrate()
  let importer = Importer(pool: database.pool)
  let first = try await importer.run(SampleCity.spreadsheets)
  guard first.isAccepted else { return (rows: 0, seconds: 0.0, faults: first.faultLines()) }

  let sample = SampleCity.spreadsheets.first { $0.name == "enterprises.csv" }?.text ?? ""
  let file = folder.appending(path: "enterprises.csv")
  let rows = try Copies(sample: sample).write(copies, to: file)
  let clock = ContinuousClock()
  let start = clock.now
  let report = try await importer.run(
    paths: [file.path], options: ImportOptions(jurisdiction: "341800"))
  let time = (clock.now - start) / .seconds(1)
  let inserted = report.tables.first?.inserted ?? 0
  let faults = report.faultLines() + (inserted == rows ? [] : ["\(inserted) of \(rows) inserted"])
  return (rows: rows, seconds: time, faults: faults)
}

var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
let mebibytes = Double(usage.ru_maxrss) / 1024
let speed = Int(Double(measured.rows) / measured.seconds)
let isFast = measured.seconds <= secondsBar
let isSmall = mebibytes <= mebibytesBar
for fault in measured.faults { print("failed: \(fault)") }
print(
  """
  import, \(measured.rows) enterprises: \(String(format: "%.2f", measured.seconds)) s \
  (\(speed) rows/s), at most \(secondsBar) s \(isFast ? "met" : "MISSED")
  import, peak memory: \(String(format: "%.0f", mebibytes)) MiB, \
  at most \(mebibytesBar) MiB \(isSmall ? "met" : "MISSED")
  """)
exit(measured.faults.isEmpty && isFast && isSmall ? 0 : 1)
