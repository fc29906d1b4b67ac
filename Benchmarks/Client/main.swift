import FoundationEssentials
import Glibc
import Logging
import Postgres

/// Compares the client with PostgreSQL's own programs on one server in one run:
/// statements a second with `pgbench`, rows of COPY with `psql`. Only the ratios mean anything on a
/// machine that does other work.
///
/// Usage: client-benchmark [seconds for each measurement] [rows for COPY]
let seconds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5
let rows = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 1_000_000
let folder = "/tmp/yaosu-bench.\(getpid())"
let server = try await PrivateServer.start(folder: folder, durability: .fast)
do {
  let bench = Bench(configuration: server.configuration, folder: folder)
  try await bench.prepare()
  for clients in [1, 16] {
    for protocolName in ["extended", "prepared"] {
      try await bench.compareStatements(clients: clients, protocolName, seconds: seconds)
    }
  }
  try await bench.compareCopy(rows: rows)
} catch {
  print("failed: \((error as? PostgresError)?.debugDescription ?? "\(error)")")
}
try await server.stop()
try? FileManager.default.removeItem(atPath: folder)
