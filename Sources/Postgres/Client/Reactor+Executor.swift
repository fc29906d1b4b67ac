/// The reactor's thread as an executor: a statement that is sent there is answered there, and its
/// caller goes on there, without a change of thread.
extension Reactor: TaskExecutor {
  /// Jobs that came since the thread last looked.
  struct Inbox {
    var jobs: [UnownedJob] = []
    /// Whether the thread looks again without being woken.
    var isWatched = true
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let sleeps = inbox.withLock { inbox in
      inbox.jobs.append(job)
      defer { inbox.isWatched = true }
      return !inbox.isWatched
    }
    if sleeps, !isCurrent { ring() }
  }

  /// Runs what has come. Only on the reactor's thread.
  ///
  /// - Returns: whether there was something; otherwise the next job from elsewhere wakes the thread.
  func runJobs() -> Bool {
    let jobs = inbox.withLock { inbox in
      inbox.isWatched = !inbox.jobs.isEmpty
      defer { inbox.jobs = [] }
      return inbox.jobs
    }
    let executor = asUnownedTaskExecutor()
    for job in jobs { job.runSynchronously(on: executor) }
    return !jobs.isEmpty
  }
}

extension Pool {
  /// The thread that waits for all of the client's sockets, as an executor for tasks that do little
  /// between their statements.
  ///
  /// ```swift
  /// group.addTask(executorPreference: Pool.executor) {
  ///   try await pool.query("SELECT name FROM registry.enterprises WHERE uscc = \(uscc)")
  /// }
  /// ```
  ///
  /// Many tasks get more statements through there than on the default executor, where each answer
  /// costs a change of thread. The price: while one of them computes, no other gets its answer, whatever
  /// its executor. So it must not block and not compute for long.
  public static var executor: any TaskExecutor { Reactor.shared }
}
