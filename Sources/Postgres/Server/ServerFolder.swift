internal import FoundationEssentials
internal import Glibc

/// The data folder: `cluster/` (the server's), `server.log`, and two files to lock.
struct ServerFolder: Sendable {
  let path: String
  /// Who the server runs as; `nil` for ourselves.
  let owner: ServerOwner?

  var cluster: String { path + "/cluster" }
  /// Where `initdb` works; renamed when it is done, so that a half-made cluster is never started.
  var unfinishedCluster: String { path + "/cluster.new" }
  var log: String { path + "/server.log" }
  /// Held alone while somebody starts or stops the server.
  var gate: String { path + "/gate.lock" }
  /// Held together by all who use the server.
  var holders: String { path + "/holders.lock" }
  var postmasterFile: String { cluster + "/postmaster.pid" }

  /// Makes the folder where it is missing.
  ///
  /// - Throws: ``PostgresError`` of kind `privateServer`.
  init(_ path: String) throws {
    let absolute =
      path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    self.path = absolute
    owner = geteuid() == 0 ? try ServerOwner.find() : nil
    do {
      try FileManager.default.createDirectory(
        atPath: absolute, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw PostgresError.privateServer(
        "the data folder \(absolute) cannot be made",
        remedy: "choose one that you may write to (--data DIR)")
    }
  }

  /// The major version that made the cluster, `nil` where there is none.
  var clusterVersion: String? {
    (try? String(contentsOfFile: cluster + "/PG_VERSION", encoding: .utf8)).map(\.trimmedLine)
  }

  /// The server that runs on this folder, whoever started it.
  ///
  /// A process number alone may have been given to another process since; the server's working
  /// folder is its data folder, and that cannot be mistaken.
  func runningServer() -> PostmasterFile? {
    guard let file = PostmasterFile(path: postmasterFile), let own = FileIdentity(cluster),
      FileIdentity("/proc/\(file.process)/cwd") == own
    else { return nil }
    return file
  }
}

/// The user that a server started by root runs as.
struct ServerOwner: Sendable {
  static let name = "postgres"
  let user: uid_t
  let group: gid_t

  static func find() throws -> ServerOwner {
    guard let entry = getpwnam(name) else {
      throw PostgresError.privateServer(
        "there is no user \(name), and the server refuses to run as root",
        remedy: "install PostgreSQL (apt-get install postgresql) or start as an ordinary user")
    }
    return ServerOwner(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
  }
}

/// Device and inode: the same file by whatever path.
struct FileIdentity: Equatable {
  let device: dev_t
  let inode: ino_t

  init?(_ path: String) {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    device = info.st_dev
    inode = info.st_ino
  }
}

/// What a running server notes about itself in `postmaster.pid`.
struct PostmasterFile: Sendable {
  let process: Int32
  let socketFolder: String
  let isReady: Bool

  init?(path: String) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    self.init(text: text)
  }

  /// Line 1 is the process, line 5 the socket's folder, line 8 the state.
  init?(text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.first, let process = Int32(first), process > 0 else { return nil }
    self.process = process
    socketFolder = lines.count > 4 ? String(lines[4]) : ""
    isReady = lines.count > 7 && lines[7].hasPrefix("ready")
  }
}
