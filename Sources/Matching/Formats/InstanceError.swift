/// What is wrong in an instance file, where, and what would put it right.
public struct InstanceError: Error, Hashable, Sendable {
  /// A place in the file, counted from 1; columns count bytes.
  public struct Position: Hashable, Sendable {
    public let line: Int
    public let column: Int
  }

  /// Where the offending word starts; the largest number where a sum over the file is at fault.
  public let position: Position
  /// The offending word, at most 40 bytes of it; empty at the end of the file.
  public let value: String
  /// What is wrong.
  public let fault: String
  /// What to do about it.
  public let remedy: String
}

extension InstanceError: CustomStringConvertible {
  /// One line for people: place, value, fault, remedy.
  public var description: String {
    let place = "line \(position.line), column \(position.column): "
    let word = value.isEmpty ? "" : "\"\(value)\": "
    return "\(place)\(word)\(fault); \(remedy)"
  }
}
