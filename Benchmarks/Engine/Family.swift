/// Writes one instance of a benchmark family.
enum Family {
  /// The text of an instance: families A–E of the engine's specification ("Es" strict, "Et" with
  /// ties; size of D as chains x banks x enterprises), or the name of an adversarial one.
  static func text(_ name: String, size: String, seed: UInt64) throws -> InstanceText {
    if let rows = try rows(name, size: size, seed: seed) { return rows.text() }
    let sizes = size.split(separator: "x").compactMap { Int($0) }
    guard let first = sizes.first else { throw BenchmarkError.usage }
    switch name {
    case "C": return LandFamily.text(first, seed: seed)
    case "D":
      guard sizes.count == 3 else { throw BenchmarkError.usage }
      return DesignationFamily.text(
        chains: first, banks: sizes[1], enterprises: sizes[2], seed: seed)
    case "Es", "Et": return StableFamily.text(first, ties: name == "Et", seed: seed)
    default: throw BenchmarkError.usage
    }
  }

  /// The rows of an instance of the kernel's shape, or nil for the other families.
  static func rows(_ name: String, size: String, seed: UInt64) throws -> AssignmentRows? {
    guard let count = Int(size) else { return nil }
    switch name {
    case "A": return AssignmentFamilies.sparse(count, seed: seed)
    case "B": return AssignmentFamilies.transportation(count, seed: seed)
    default: return AdversarialFamilies.rows(name, count, seed: seed)
    }
  }
}
