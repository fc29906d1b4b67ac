/// A field of a file that cannot be understood, or whose value cannot be had: where it stands, its
/// value, what is wrong with it, and what to do.
public struct FieldFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where it stands: `changes[3].parcel`.
  public let path: String
  public let value: String?
  public let problem: Wording
  public let remedy: Wording

  init(_ path: String, _ value: String?, _ problem: Wording, remedy: Wording) {
    self.path = path
    self.value = value
    self.problem = problem
    self.remedy = remedy
  }

  /// In English, as commands speak.
  public var description: String {
    let found = value.map { " “\($0)”" } ?? ""
    return "\(path)\(found): \(problem.english); \(remedy.english)"
  }

  /// The same fault, with the place of the object that the field belongs to.
  func inside(_ outer: String) -> FieldFault {
    FieldFault("\(outer).\(path)", value, problem, remedy: remedy)
  }
}
