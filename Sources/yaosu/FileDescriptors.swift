import Glibc

/// How many files and connections this process may have open.
enum FileDescriptors {
  /// Raises the limit to what the system allows this process; a shell's usual 1024 would end a service's
  /// connections there.
  static func raiseLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
