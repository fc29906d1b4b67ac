/// Two different resources of a group, by canonical index.
struct ResourcePair: Hashable, Sendable {
  let low: Int32
  let high: Int32

  /// - Precondition: the two differ.
  init(_ a: Int, _ b: Int) {
    low = Int32(min(a, b))
    high = Int32(max(a, b))
  }

  func contains(_ resource: Int) -> Bool { Int(low) == resource || Int(high) == resource }

  /// The other of the two.
  func other(than resource: Int) -> Int { Int(low) == resource ? Int(high) : Int(low) }
}
