/// Something that does not hold.
struct CheckFailure: Error, CustomStringConvertible {
  let what: String
  var description: String { what }
}

/// Throws unless the condition holds.
func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
  if !condition { throw CheckFailure(what: what()) }
}
