/// The answers that a what-if compares.
struct WhatIfAnswers {
  let before: RoundResult
  let after: RoundResult
  let overrides: [LandWhatIf.Override]

  init(_ changes: [LandChange], on base: LandWhatIf.Base) throws {
    let all = try LandScenario(changes, on: base)
    let pins = try changes.enumerated().compactMap { place, change -> PinTrial? in
      guard case .pin(let pin) = change else { return nil }
      let others = changes.enumerated().filter { $0.offset != place }.map(\.element)
      return PinTrial(place: place, pin: pin, others: try LandScenario(others, on: base))
    }
    guard base.roundID != nil else {
      let night = try all.night(seed: base.scope.seed)
      (before, after) = (base.result, night)
      overrides = try pins.compactMap {
        $0.override(from: try $0.others.night(seed: base.scope.seed), to: night)
      }
      return
    }
    let comparison = try WhatIfComparison(base)
    let found = try comparison.answer(to: all)
    (before, after) = (comparison.unchanged(offered: found.awards), found.result)
    overrides = try pins.compactMap {
      $0.override(
        from: try comparison.answer(to: $0.others, offered: found.awards).result, to: found.result)
    }
  }
}

/// One pin, and the input with all changes but it.
private struct PinTrial {
  let place: Int
  let pin: LandChange.Pin
  let others: LandScenario

  func override(from without: RoundResult, to result: RoundResult) -> LandWhatIf.Override? {
    result.awards[pin.request].map {
      LandWhatIf.Override(
        change: place, pin: pin, award: $0, difference: Difference(from: without, to: result))
    }
  }
}

extension LandScenario {
  /// Solves the changed input as a night would.
  func night(seed: String) throws -> RoundResult {
    let round = try problem
    return result(round, try round.solved(seed: seed).solution)
  }
}
