/// Where the identity provider's keys come from. They are read again when a token names a key that
/// is not known, but not more often than ``pause``, so that made-up names cost nothing; and after
/// ``age``, so that a key that was withdrawn stops counting.
actor KeySource {
  static let pause: Duration = .seconds(30)
  static let age: Duration = .seconds(600)

  /// The keys cannot be had.
  struct Unavailable: Error, CustomStringConvertible {
    let description: String
  }

  private let read: @Sendable () async throws -> [UInt8]
  private let now: @Sendable () -> ContinuousClock.Instant
  private var keys: [String: VerificationKey] = [:]
  private var readAt: ContinuousClock.Instant?
  private var triedAt: ContinuousClock.Instant?
  private var reading: Task<KeySet, any Error>?

  /// - Parameters:
  ///   - read: gives the document's bytes.
  ///   - now: the clock by which pauses and ages are counted.
  init(
    read: @escaping @Sendable () async throws -> [UInt8],
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.read = read
    self.now = now
  }

  /// The key of that name.
  ///
  /// - Returns: `nil` if the provider has none.
  /// - Throws: ``Unavailable`` while no document has been read, or the last is older than twice
  ///   ``age``: then a withdrawn key might still count.
  func key(_ kid: String) async throws(Unavailable) -> VerificationKey? {
    let isOld = readAt.map { now() - $0 >= Self.age } ?? true
    if isOld || keys[kid] == nil, triedAt.map({ now() - $0 >= Self.pause }) ?? true {
      await refresh()
    } else if let reading {
      // Somebody is asking already: the answer may hold the key.
      _ = await reading.result
    }
    guard let readAt, now() - readAt < Self.age * 2 else {
      throw Unavailable(description: "the identity provider's keys cannot be read")
    }
    return keys[kid]
  }

  /// Reads the document now; for the start, where a mistake is to be seen at once.
  ///
  /// - Throws: what reading throws; ``KeySet/Flaw``.
  func load() async throws {
    triedAt = now()
    let read = read
    let task = reading ?? Task { try KeySet(try await read()) }
    reading = task
    defer { reading = nil }
    keys = try await task.value.keys
    readAt = now()
  }

  private func refresh() async {
    // The last good document goes on counting until it is too old.
    try? await load()
  }
}
