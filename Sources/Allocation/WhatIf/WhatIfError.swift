/// A stated change that cannot be understood, or cannot be had: which element of the file, its
/// value, what is wrong with it, and what to do.
public struct WhatIfError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where it stands: `changes[3].parcel`.
  public let element: String
  public let value: String?
  public let problem: String
  public let remedy: String

  init(_ element: String, _ value: String?, _ problem: String, remedy: String) {
    self.element = element
    self.value = value
    self.problem = problem
    self.remedy = remedy
  }

  public var description: String {
    let found = value.map { " “\($0)”" } ?? ""
    return "\(element)\(found): \(problem); \(remedy)"
  }

  /// The same error, with the place of the element that the field belongs to.
  func inside(_ path: String) -> WhatIfError {
    WhatIfError("\(path).\(element)", value, problem, remedy: remedy)
  }
}
