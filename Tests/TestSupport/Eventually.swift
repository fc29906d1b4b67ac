/// What a test has waited for did not come.
public struct Overdue: Error, CustomStringConvertible {
  public let description: String
}

/// Asks until the answer is yes, so that a test which waits for what never comes fails and does not hang.
///
/// - Parameters:
///   - what: said where it does not come: "the server listens".
///   - time: long, for machines with other work; whoever waits in vain is broken anyway.
/// - Throws: ``Overdue``; what `condition` throws.
public func eventually(
  _ what: String, within time: Duration = .seconds(100),
  on isolation: isolated (any Actor)? = #isolation, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + time
  while try await !condition() {
    guard ContinuousClock.now < deadline else {
      throw Overdue(description: "waited \(time) in vain: \(what)")
    }
    try await Task.sleep(for: .milliseconds(2))
  }
}
