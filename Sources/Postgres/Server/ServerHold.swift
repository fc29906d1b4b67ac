/// One user's share in a folder's server.
///
/// Everyone holds `holders.lock` together. Starting and stopping happen under `gate.lock`, alone;
/// who can then take `holders.lock` alone is the last.
final class ServerHold: Sendable {
  private let folder: ServerFolder
  private let gate: FileLock
  private let holders: FileLock

  init(_ folder: ServerFolder) throws {
    self.folder = folder
    gate = try FileLock(folder.gate)
    holders = try FileLock(folder.holders)
  }

  /// Makes sure that the server runs, and counts as one of its users.
  ///
  /// - Returns: the folder of its socket.
  func enter(_ durability: PrivateServer.Durability) throws -> String {
    gate.lock(.alone)
    defer { gate.unlock() }
    holders.lock(.shared)
    do {
      return try ServerLauncher(folder: folder).ensureRunning(durability)
    } catch {
      holders.unlock()
      throw error
    }
  }

  /// Counts no more; the last one stops the server.
  func leave() throws {
    gate.lock(.alone)
    defer { gate.unlock() }
    holders.unlock()
    try stopIfAlone()
  }

  func stopIfUnused() throws -> Bool {
    gate.lock(.alone)
    defer { gate.unlock() }
    return try stopIfAlone()
  }

  @discardableResult
  private func stopIfAlone() throws -> Bool {
    guard holders.tryLock(.alone) else { return false }
    defer { holders.unlock() }
    try ServerLauncher(folder: folder).stop()
    return true
  }
}
