/// Makes one instance of a benchmark family; the same name, size and seed give the same bytes.
enum Family {
  /// The text of an instance: families A–E of the engine's specification ("Es" strict, "Et" with
  /// ties; size of D as chains x banks x enterprises), or the name of an adversarial one.
  static func text(_ name: String, size: String, seed: UInt64) throws -> InstanceText {
    if let rows = rows(name, size: size, seed: seed) { return rows.text() }
    let sizes = size.split(separator: "x").compactMap { Int($0) }
    switch (name, sizes.count) {
    case ("C", 1): return LandFamily.text(sizes[0], seed: seed)
    case ("D", 3):
      return DesignationFamily.text(
        chains: sizes[0], banks: sizes[1], enterprises: sizes[2], seed: seed)
    case ("Es", 1), ("Et", 1): return StableFamily.text(sizes[0], ties: name == "Et", seed: seed)
    default: throw BenchmarkError.usage("no family \(name) of size \(size)")
    }
  }

  /// The rows of an instance of the assignment kernel's shape, or nil for the other families.
  static func rows(_ name: String, size: String, seed: UInt64) -> AssignmentRows? {
    guard let count = Int(size) else { return nil }
    switch name {
    case "A": return AssignmentFamilies.sparse(count, seed: seed)
    case "B": return AssignmentFamilies.transportation(count, seed: seed)
    default: return AdversarialFamilies.rows(name, count, seed: seed)
    }
  }
}
