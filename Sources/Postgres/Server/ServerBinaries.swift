internal import FoundationEssentials

/// The installed server programs of one major version.
struct ServerBinaries: Sendable, Equatable {
  let folder: String

  var initdb: String { folder + "/initdb" }
  var postgres: String { folder + "/postgres" }

  /// Finds the programs: those of `version` where a data folder asks for it, else the newest, first
  /// under Debian's folders, then along the search path.
  ///
  /// - Throws: ``PostgresError`` of kind `privateServer`.
  static func find(version: String? = nil) throws -> ServerBinaries {
    let root = "/usr/lib/postgresql"
    let installed = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    if let version, installed.contains(version) {
      let exact = ServerBinaries(folder: "\(root)/\(version)/bin")
      if exact.isComplete { return exact }
    }
    let newest = installed.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
    let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let folders = newest.map { "\(root)/\($0)/bin" } + path.map(String.init)
    if let found = folders.map(ServerBinaries.init(folder:)).first(where: \.isComplete) {
      return found
    }
    throw PostgresError.privateServer(
      "no PostgreSQL server programs are installed",
      remedy: "install them (apt-get install postgresql) or name a database in DATABASE_URL")
  }

  private var isComplete: Bool {
    [initdb, postgres].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// The major version as `PG_VERSION` has it, where the folder's name tells.
  var version: String? {
    let parts = folder.split(separator: "/")
    return parts.dropLast().last.map(String.init).flatMap { Int($0) == nil ? nil : $0 }
  }
}
