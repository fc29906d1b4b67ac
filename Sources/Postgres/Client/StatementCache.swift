/// Decides which statements of one connection are worth preparing, and under which name.
///
/// A text that comes a third time is prepared; the least recently used one makes room. Statements
/// seen once or twice (generated SQL) never displace one that is in use.
struct StatementCache {
  struct Key: Hashable {
    let text: String
    let types: [PostgresType]
  }

  enum Plan: Equatable {
    /// Send it as it is.
    case unnamed
    /// Prepare it under this name first, after letting go of `evicting`.
    case prepare(name: String, evicting: String?)
    case prepared(name: String)
  }

  private struct Entry {
    var name: String?
    var uses: Int
    var lastUse: Int
  }

  static let usesBeforePreparing = 2

  private let capacity: Int
  private var entries: [Key: Entry] = [:]
  private var clock = 0
  private var serial = 0

  /// - Parameter capacity: most statements kept prepared; 0 prepares none.
  init(capacity: Int) {
    self.capacity = max(capacity, 0)
  }

  /// Texts known, prepared or only counted.
  var count: Int { entries.count }

  /// Notes a use and says how to send it. O(1) but for evictions, which are O(capacity).
  mutating func plan(for key: Key) -> Plan {
    guard capacity > 0 else { return .unnamed }
    clock += 1
    guard let index = entries.index(forKey: key) else {
      dropCandidates()
      entries[key] = Entry(uses: 1, lastUse: clock)
      return .unnamed
    }
    entries.values[index].uses += 1
    entries.values[index].lastUse = clock
    if let name = entries.values[index].name { return .prepared(name: name) }
    guard entries.values[index].uses > Self.usesBeforePreparing else { return .unnamed }
    return prepare(key)
  }

  private mutating func prepare(_ key: Key) -> Plan {
    let evicted = evict()
    serial += 1
    let name = "yaosu_\(serial)"
    entries[key]?.name = name
    return .prepare(name: name, evicting: evicted)
  }

  /// Forgets one statement: the server no longer has it, or its plan is out of date.
  mutating func forget(_ key: Key) {
    entries.removeValue(forKey: key)
  }

  /// Forgets all: `DISCARD ALL` and scripts may have taken them away.
  mutating func removeAll() {
    entries.removeAll()
  }

  private mutating func evict() -> String? {
    let prepared = entries.filter { $0.value.name != nil }
    guard prepared.count >= capacity,
      let oldest = prepared.min(by: { $0.value.lastUse < $1.value.lastUse })
    else { return nil }
    entries.removeValue(forKey: oldest.key)
    return oldest.value.name
  }

  /// Texts that are merely counted must not pile up either.
  private mutating func dropCandidates() {
    guard entries.count > 4 * capacity else { return }
    entries = entries.filter { $0.value.name != nil }
  }
}
