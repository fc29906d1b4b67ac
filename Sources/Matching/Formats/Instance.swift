/// A problem as read from an instance file: whitespace-separated integers after a first word that
/// names the format.
public enum Instance: Sendable {
  /// `alloc`: requests with options on rows.
  case allocation(Problem)
  /// `stable`: residents and hospitals with ranked lists.
  case stable(StableProblem)
  /// `designation`: two resources for each group, then members.
  case designation(DesignationProblem)

  /// Reads an instance.
  ///
  /// Files carry no lottery numbers, so ties fall by the order in the file.
  ///
  /// - Parameter bytes: the whole file.
  /// - Throws: ``InstanceError`` with line, column, value and remedy.
  /// - Complexity: linear in the bytes, which are read once.
  public init(parsing bytes: [UInt8]) throws(InstanceError) {
    self = try bytes.withUnsafeBufferPointer { pointer throws(InstanceError) in
      var scanner = InstanceScanner(pointer)
      return try Instance(&scanner)
    }
  }

  private init(_ scanner: inout InstanceScanner) throws(InstanceError) {
    let format = try scanner.word("the format's name")
    switch format {
    case "alloc": self = .allocation(try Problem(&scanner))
    case "stable": self = .stable(try StableProblem(&scanner))
    case "designation": self = .designation(try DesignationProblem(&scanner))
    default:
      throw scanner.fault(
        "this is not the name of a format", "begin the file with alloc, stable or designation")
    }
    try scanner.end()
  }
}
