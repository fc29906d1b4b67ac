/// One way to decide a two-sided round, stored beside the round's choice so that anyone can see what
/// each rule gives.
public struct RoundMatching: Hashable, Sendable {
  public enum Name: String, CaseIterable, Sendable {
    /// The highest total score.
    case optimal
    /// The stable matching that is best for every request.
    case requestOptimal = "request_optimal"
    /// The stable matching that is best for every resource.
    case resourceOptimal = "resource_optimal"
  }

  public let name: Name
  /// For each request an option, counted from 0 inside the request, or −1.
  public let choices: [Int32]
}
