internal import Glibc

/// A value that is only reached under a lock.
///
/// The standard library's `Mutex` would do, but ThreadSanitizer cannot see into it on Linux and
/// reports races that are none; it knows POSIX locks, and so it can watch over this client and
/// what its tests share.
package final class Guarded<Value>: @unchecked Sendable {
  // Behind a pointer: the lock already gives the exclusive access that the language would check for
  // a stored property at run time.
  private let value: UnsafeMutablePointer<Value>
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  package init(_ value: sending Value) {
    self.value = .allocate(capacity: 1)
    self.value.initialize(to: value)
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
    value.deinitialize(count: 1)
    value.deallocate()
  }

  /// Calls `body` with the value. Short, never blocking, and not from inside itself.
  package func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value.pointee)
  }

  /// The same, unless the lock is held: then nothing is called and `nil` returned.
  package func withLockIfFree<R>(_ body: (inout Value) throws -> R) rethrows -> R? {
    guard pthread_mutex_trylock(mutex) == 0 else { return nil }
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value.pointee)
  }
}
