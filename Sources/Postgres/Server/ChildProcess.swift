internal import CLibPQ
internal import Glibc

/// A program started with a clean environment, `/` as its folder and one inherited folder; it inherits
/// nothing else that is open.
///
/// The folder is handed over open, as descriptor ``folderDescriptor``: as `/proc/self/fd/9` a
/// program reaches it even where its user may not pass the folders above. Forked children inherit
/// it as well, so the whole server does.
struct ChildProcess {
  static let folderDescriptor: Int32 = 9
  static let folderPath = "/proc/self/fd/9"

  let process: pid_t

  /// - Parameters:
  ///   - log: a file for both outputs.
  ///   - detached: in a session of its own, so that our terminal's interrupt does not reach it.
  /// - Throws: ``PostgresError`` of kind `privateServer`.
  init(_ arguments: [String], folder: String, log: String, detached: Bool) throws {
    let opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    defer {
      Glibc.close(opened)
      Glibc.close(output)
    }
    guard opened >= 0, output >= 0, !arguments.isEmpty else {
      throw Self.failure(folder, errno)
    }
    process = try Self.spawn(
      arguments, folder: opened, output: output, detached: detached)
  }

  private static func spawn(
    _ arguments: [String], folder: Int32, output: Int32, detached: Bool
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    posix_spawn_file_actions_adddup2(&actions, folder, folderDescriptor)
    // A server outlives us, and would hold open for ever what a caller or another thread has opened: the
    // end of a pipe, say, whose other side waits for it to be closed.
    for other in 3..<folderDescriptor { posix_spawn_file_actions_addclose(&actions, other) }
    posix_spawn_file_actions_addclosefrom_np(&actions, folderDescriptor + 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, detached ? newSession : 0)
    let environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/"]
    var process = pid_t()
    let status = withCStrings(inRoot(arguments)) { arguments in
      withCStrings(environment) { environment in
        posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments, environment)
      }
    }
    guard status == 0 else { throw failure("/bin/sh", status) }
    return process
  }

  /// `POSIX_SPAWN_SETSID`, which glibc only shows to those who define `_GNU_SOURCE`.
  private static let newSession: Int16 = 0x80

  /// The server's user may not be able to enter our own working folder.
  private static func inRoot(_ command: [String]) -> [String] {
    ["/bin/sh", "-c", "cd / && exec \"$@\"", "sh"] + command
  }

  private static func failure(_ what: String, _ code: Int32) -> PostgresError {
    .privateServer(
      "\(what) cannot be used: \(String(cString: strerror(code)))",
      remedy: "check its permissions")
  }

  /// Waits for the end.
  ///
  /// - Returns: whether it ended well.
  func succeeded() -> Bool {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      if errno != EINTR { return false }
    }
    return status == 0
  }

  /// Whether it has ended; reaps it.
  func hasEnded() -> Bool {
    var status: Int32 = 0
    return waitpid(process, &status, WNOHANG) != 0
  }
}
