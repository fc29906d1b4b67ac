import Postgres

extension Rotation {
  /// One more county that the talent would work in; degree and major are what they are.
  public static func relaxations(
    of code: String, in snapshot: RotationSnapshot, policy: Policy
  ) throws -> [Relaxation] {
    guard let talent = snapshot.talents.first(where: { $0.code == code }) else { return [] }
    let rules = try RotationRules(policy)
    let others = Set(snapshot.hosts.map(\.region)).subtracting(talent.regions)
    return try others.sorted(byText: { $0 }).compactMap { region in
      var changed = talent
      changed.regions.append(region)
      let options = try rules.request(changed, in: snapshot).options
      guard options.contains(where: { $0.detail["county"] == region }) else { return nil }
      return Relaxation(
        rule: RotationRule.region.rawValue, from: talent.regions.joined(separator: ";"),
        to: changed.regions.joined(separator: ";"), distance: 1, options: options)
    }
  }
}
