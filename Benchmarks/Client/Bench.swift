import FoundationEssentials
import Glibc
import Logging
import Postgres
import Synchronization

/// The measurements. Each is repeated and alternates with its peer; the median ratio counts.
struct Bench {
  let configuration: Configuration
  let folder: String
  private static let rounds = 5
  private static let statementsBar = 0.6
  private static let copyBar = 0.8

  /// Measures everything.
  ///
  /// - Returns: whether every ratio met its bar.
  func run(seconds: Int, rows: Int, show: (Comparison) -> Void) async throws -> Bool {
    try await prepare()
    var isGood = true
    for clients in [1, 16] {
      for protocolName in ["extended", "prepared"] {
        let statements = try await compareStatements(
          clients: clients, protocolName, seconds: seconds)
        show(statements)
        isGood = isGood && statements.isMet
      }
    }
    let copy = try await compareCopy(rows: rows)
    show(copy)
    return isGood && copy.isMet
  }

  private func prepare() async throws {
    let connection = try await Connection.connect(configuration)
    defer { connection.close() }
    try await connection.executeScript(
      """
      CREATE TABLE points (id int8 PRIMARY KEY, name text);
      INSERT INTO points SELECT n, 'point ' || n FROM generate_series(1, 10000) n;
      CREATE UNLOGGED TABLE copied (id int8, code text, area numeric, day date);
      """)
    try "\\set id random(1, 10000)\nSELECT name FROM points WHERE id = :id;\n".write(
      toFile: folder + "/points.sql", atomically: false, encoding: .utf8)
  }

  private func compareStatements(
    clients: Int, _ protocolName: String, seconds: Int
  ) async throws -> Comparison {
    var pairs: [(ours: Double, theirs: Double)] = []
    for _ in 0..<Self.rounds {
      let theirs = try pgbench(clients: clients, protocolName, seconds: seconds)
      let ours = try await statements(
        clients: clients, prepared: protocolName == "prepared", seconds: seconds)
      pairs.append((ours, theirs))
    }
    return Comparison(
      "\(protocolName) c=\(clients)", unit: "statements/s", peer: "pgbench",
      bar: Self.statementsBar, pairs)
  }

  private func compareCopy(rows: Int) async throws -> Comparison {
    let file = folder + "/copied.csv"
    var pairs: [(ours: Double, theirs: Double)] = []
    for round in 0..<Self.rounds {
      let ours = try await copy(rows: rows)
      if round == 0 { _ = try psql("\\copy copied TO '\(file)' (FORMAT text)") }
      _ = try psql("TRUNCATE copied")
      let time = try psql("\\copy copied FROM '\(file)' (FORMAT text)")
      pairs.append((ours, Double(rows) / time))
      _ = try psql("TRUNCATE copied")
    }
    return Comparison(
      "COPY in, \(rows) rows", unit: "rows/s", peer: "psql \\copy", bar: Self.copyBar, pairs)
  }
}

extension Bench {
  private func statements(
    clients: Int, prepared: Bool, seconds: Int
  ) async throws -> Double {
    let options = PoolOptions(
      maximumConnections: clients, minimumIdle: clients, statementCache: prepared ? 16 : 0)
    let pool = Pool(configuration, options: options)
    let start = ContinuousClock.now
    let end = start + .seconds(seconds)
    let count = try await withThrowingTaskGroup(of: Int.self) { group in
      for seed in 0..<clients {
        group.addTask {
          var id = seed
          var count = 0
          while ContinuousClock.now < end {
            id = (id &* 1103 &+ 12_345) % 10_000
            let rows = try await pool.query("SELECT name FROM points WHERE id = \(id + 1)")
            _ = try rows.only(String.self)
            count += 1
          }
          return count
        }
      }
      return try await group.reduce(0, +)
    }
    let time = ContinuousClock.now - start
    await pool.close()
    return Double(count) / time.inSeconds
  }

  private func copy(rows: Int) async throws -> Double {
    let connection = try await Connection.connect(configuration)
    defer { connection.close() }
    let first = DateOnly(days: 9000) ?? DateOnly(days: 0)
    let start = ContinuousClock.now
    try await connection.copyIn(into: "copied", columns: ["id", "code", "area", "day"]) { writer in
      for n in 0..<rows {
        let area = Numeric(mantissa: Int128(n), scale: 4)
        try await writer.write(n, "P-341800-\(n)", area, first?.adding(days: n % 3000))
      }
    }
    return Double(rows) / (ContinuousClock.now - start).inSeconds
  }

  private func pgbench(clients: Int, _ protocolName: String, seconds: Int) throws -> Double {
    let output = try run(
      "pgbench", "-n -M \(protocolName) -c \(clients) -j 2 -T \(seconds) -f '\(folder)/points.sql'")
    let line = output.split(separator: "\n").first { $0.hasPrefix("tps = ") }
    return line?.split(separator: " ").dropFirst(2).first.flatMap { Double($0) } ?? .nan
  }

  /// - Returns: seconds.
  private func psql(_ command: String) throws -> Double {
    let start = ContinuousClock.now
    try "\(command)\n".write(toFile: folder + "/command.sql", atomically: false, encoding: .utf8)
    _ = try run("psql", "-X -q -v ON_ERROR_STOP=1 -f '\(folder)/command.sql'")
    return (ContinuousClock.now - start).inSeconds
  }

  private func run(_ program: String, _ arguments: String) throws -> String {
    for (keyword, variable) in [
      ("host", "PGHOST"), ("port", "PGPORT"), ("user", "PGUSER"), ("dbname", "PGDATABASE"),
    ] {
      setenv(variable, configuration.parameters[keyword] ?? "", 1)
    }
    let file = folder + "/output.txt"
    let status = system("\(program) \(arguments) > '\(file)' 2>&1")
    let output = try String(contentsOfFile: file, encoding: .utf8)
    guard status == 0 else { throw PostgresError(.misuse, "\(program): \(output)") }
    return output
  }
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
