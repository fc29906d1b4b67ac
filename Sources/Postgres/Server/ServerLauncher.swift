internal import FoundationEssentials
internal import Glibc

/// Starts and stops a folder's server. All calls block, and are made under the folder's gate.
struct ServerLauncher {
  let folder: ServerFolder

  /// - Returns: the folder of the running server's socket.
  /// - Throws: ``PostgresError`` of kind `privateServer`.
  func ensureRunning(_ durability: PrivateServer.Durability) throws -> String {
    if let running = folder.runningServer() {
      return try waitUntilReady(running, child: nil).socketFolder
    }
    removeRemains()
    let binaries = try ServerBinaries.find(version: folder.clusterVersion)
    try checkVersion(binaries)
    if folder.clusterVersion == nil { try makeCluster(binaries) }
    return try start(binaries, durability)
  }

  /// Asks the server to finish (open transactions are rolled back) and waits for its end.
  func stop() throws {
    guard let running = folder.runningServer() else { return }
    kill(running.process, SIGINT)
    let ended = Self.poll(for: .seconds(60)) { hasEnded(running.process) ? true : nil } ?? false
    guard ended else {
      throw PostgresError.privateServer(
        "the server (process \(running.process)) does not stop", remedy: "see \(folder.log)")
    }
    removeSocketFolder(running.socketFolder)
  }

  /// The end of a child has to be collected; anyone else's process just vanishes.
  private func hasEnded(_ process: Int32) -> Bool {
    var status: Int32 = 0
    let collected = waitpid(process, &status, WNOHANG)
    if collected >= 0 { return collected == process }
    return FileIdentity("/proc/\(process)/cwd") != FileIdentity(folder.cluster)
  }
}

extension ServerLauncher {
  /// What a server that was killed left behind.
  private func removeRemains() {
    if let stale = PostmasterFile(path: folder.postmasterFile) {
      removeSocketFolder(stale.socketFolder)
      unlink(folder.postmasterFile)
    }
    try? FileManager.default.removeItem(atPath: folder.unfinishedCluster)
  }

  private static let socketPrefix = "/tmp/yaosu."

  private func removeSocketFolder(_ path: String) {
    // The path comes from a file: only what can be ours is removed.
    guard path.hasPrefix(Self.socketPrefix), !path.contains("..") else { return }
    try? FileManager.default.removeItem(atPath: path)
  }

  private func checkVersion(_ binaries: ServerBinaries) throws {
    guard let wanted = folder.clusterVersion, let found = binaries.version, wanted != found else {
      return
    }
    throw PostgresError.privateServer(
      "the data in \(folder.path) was made by PostgreSQL \(wanted), installed is \(found)",
      remedy: "install it (apt-get install postgresql-\(wanted)) or choose another folder (--data)")
  }

  private func makeCluster(_ binaries: ServerBinaries) throws {
    try makeFolder(folder.unfinishedCluster)
    let child = try ChildProcess(
      asOwner([
        binaries.initdb, "-D", ChildProcess.folderPath, "-U", "postgres", "-A", "trust",
        "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions",
      ]),
      folder: folder.unfinishedCluster, log: folder.log, detached: false)
    guard child.succeeded(), rename(folder.unfinishedCluster, folder.cluster) == 0 else {
      throw startFailure("no database could be made in \(folder.path)")
    }
  }

  private func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o700) == 0, hand(path) else {
      throw PostgresError.privateServer(
        "\(path) cannot be made: \(String(cString: strerror(errno)))",
        remedy: "choose a folder that you may write to (--data DIR)")
    }
  }

  private func hand(_ path: String) -> Bool {
    folder.owner.map { chown(path, $0.user, $0.group) == 0 } ?? true
  }

  /// The command as it is, or through `setpriv` where the server must not run as root.
  private func asOwner(_ command: [String]) throws -> [String] {
    guard let owner = folder.owner else { return command }
    let candidates = ["/usr/bin/setpriv", "/bin/setpriv"]
    guard let setpriv = candidates.first(where: FileManager.default.isExecutableFile(atPath:))
    else {
      throw PostgresError.privateServer(
        "setpriv is missing, and the server refuses to run as root",
        remedy: "install it (apt-get install util-linux) or start as an ordinary user")
    }
    let rights = ["--reuid=\(owner.user)", "--regid=\(owner.group)", "--init-groups"]
    return [setpriv] + rights + ["--"] + command
  }
}

extension ServerLauncher {
  private func start(
    _ binaries: ServerBinaries, _ durability: PrivateServer.Durability
  ) throws -> String {
    let deadline = ContinuousClock.now + .seconds(20)
    while true {
      do {
        return try startOnce(binaries, durability)
      } catch {
        // The processes of a killed server need a moment to notice and go.
        guard logTail().contains("still in use"), ContinuousClock.now < deadline else {
          throw error
        }
        usleep(100_000)
      }
    }
  }

  private func startOnce(
    _ binaries: ServerBinaries, _ durability: PrivateServer.Durability
  ) throws -> String {
    let socket = try makeSocketFolder()
    do {
      try? FileManager.default.removeItem(atPath: folder.log + ".old")
      rename(folder.log, folder.log + ".old")
      let child = try ChildProcess(
        asOwner(command(binaries, socket, durability)), folder: folder.cluster, log: folder.log,
        detached: true)
      return try waitUntilReady(nil, child: child).socketFolder
    } catch {
      removeSocketFolder(socket)
      throw error
    }
  }

  private func command(
    _ binaries: ServerBinaries, _ socket: String, _ durability: PrivateServer.Durability
  ) -> [String] {
    var settings = [
      "listen_addresses=", "unix_socket_directories=\(socket)", "port=5432",
      "max_connections=200", "logging_collector=off", "log_destination=stderr",
    ]
    if durability == .fast {
      settings += [
        "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB",
        "shared_buffers=64MB",
      ]
    }
    return [binaries.postgres, "-D", ChildProcess.folderPath] + settings.flatMap { ["-c", $0] }
  }

  /// Short, since a socket's path has 107 bytes at most, and where the server's user may go.
  private func makeSocketFolder() throws -> String {
    var template = Array("\(Self.socketPrefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw startFailure("no folder could be made in /tmp") }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard hand(path) else { throw startFailure("\(path) could not be handed to the server's user") }
    return path
  }

  private func waitUntilReady(
    _ running: PostmasterFile?, child: ChildProcess?
  ) throws -> PostmasterFile {
    let ready: PostmasterFile?? = Self.poll(for: .seconds(60)) {
      if let file = folder.runningServer(), file.isReady { return .some(file) }
      if child?.hasEnded() == true { return .some(nil) }
      if child == nil, folder.runningServer() == nil { return .some(nil) }
      return nil
    }
    guard let file = ready ?? nil else { throw startFailure("the server did not start") }
    return file
  }

  private func startFailure(_ what: String) -> PostgresError {
    let reason = logTail().isEmpty ? "" : ": \(logTail())"
    return .privateServer(what + reason, remedy: "see \(folder.log)")
  }

  /// The last complaint in the log.
  private func logTail() -> String {
    let text = (try? String(contentsOfFile: folder.log, encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n")
    let complaints = lines.filter { line in
      ["FATAL:", "PANIC:", "ERROR:", "error:"].contains { line.contains($0) }
    }
    return (complaints.last ?? lines.last).map(String.init) ?? ""
  }

  /// Asks every 10 ms until there is an answer or time is up.
  private static func poll<R>(for limit: Duration, _ ask: () -> R?) -> R? {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if let answer = ask() { return answer }
      usleep(10_000)
    }
    return nil
  }
}
