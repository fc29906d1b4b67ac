import FoundationEssentials
import Glibc
import Logging
import Postgres

/// Compares the client with PostgreSQL's own programs on one server in one run:
/// statements a second with `pgbench`, rows of COPY with `psql`. Only the ratios mean anything on a
/// machine that does other work. Exits with 1 where a ratio is below its bar, or nothing was
/// measured.
///
/// Usage: BenchmarkClient [seconds for each measurement] [rows for COPY]
let seconds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 3
let rows = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 1_000_000
let folder = "/tmp/yaosu-bench.\(getpid())"
let server = try await PrivateServer.start(folder: folder, durability: .fast)
let status: Int32
do {
  let bench = Bench(configuration: server.configuration, folder: folder)
  status = try await bench.run(seconds: seconds, rows: rows) { print($0.line) } ? 0 : 1
} catch {
  print("failed: \((error as? PostgresError)?.debugDescription ?? "\(error)")")
  status = 1
}
try await server.stop()
try? FileManager.default.removeItem(atPath: folder)
exit(status)
