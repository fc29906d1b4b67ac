extension PackingRelaxation {
  /// What the bound loses at these prices when an option is chosen by force, for each option of the
  /// model; infinite for those without entry. Losses above `limit` need not be exact.
  func losses(at prices: borrowing Buffer<Double>, limit: Double) -> [Double] {
    let slope = Buffer<Double>(repeating: 0, count: dimension)
    _ = evaluate(at: prices, slope)
    var losses = [Double](repeating: .infinity, count: model.optionCount)
    for group in 0..<groupRow.count {
      let row = groupRow[group]
      let value = row >= 0 ? packedValue(group, row) : 0
      let (most, price) = row >= 0 && isLarge(group) ? kernel.relax(within: room[row]) : (0, 0)
      for entry in groupStart[group]..<groupStart[group + 1] {
        let option = Int(options[entry])
        if isTaken[entry] {
          losses[option] = 0
        } else if row >= 0 && isLarge(group) {
          let loss = abs(reduced[entry] - price * Double(weight[entry]))
          losses[option] = max(0, value - most + loss)
        } else if row < 0 || -reduced[entry] > limit {
          losses[option] = max(0, -reduced[entry])
        } else {
          losses[option] = max(0, value - forcedValue(group, row, entry))
        }
      }
    }
    return losses
  }

  /// Whether a group has so many entries that a packing for each takes too long. The continuous
  /// packing then tells what an entry loses at least.
  private func isLarge(_ group: Int) -> Bool {
    groupStart[group + 1] - groupStart[group] > 2000
  }

  /// About how many (weight, value) pairs an exact recomputation of all packings forms at the prices
  /// evaluated last.
  var recomputingCells: Double {
    (0..<groupRow.count).filter { groupRow[$0] >= 0 }.reduce(0.0) { sum, group in
      let count = (groupStart[group]..<groupStart[group + 1]).count { reduced[$0] > 0 }
      let subsets = count < 60 ? Double(1 << count) : .infinity
      return sum + Double(count) * min(subsets, Double(room[groupRow[group]]) + 1)
    }
  }

  /// Options that every answer within the slack of the last ``losses(at:limit:)`` holds: without
  /// them the packing of their row loses more.
  func neededOptions(slack: Double) -> [Int32] {
    var needed: [Int32] = []
    for group in 0..<groupRow.count {
      let row = groupRow[group]
      let taken = (groupStart[group]..<groupStart[group + 1]).filter {
        isTaken[$0] && reduced[$0] > slack
      }
      guard !taken.isEmpty else { continue }
      let value = row >= 0 ? packedValue(group, row) : 0
      // Packing without each of thousands would take their square; they are simply not fixed.
      guard row < 0 || !isLarge(group) else { continue }
      for entry in taken {
        let loss = row < 0 ? reduced[entry] : value - valueWithout(group, row, entry)
        if loss > slack { needed.append(options[entry]) }
      }
    }
    return needed
  }

  private func valueWithout(_ group: Int, _ row: Int32, _ left: Int32) -> Double {
    kernel.removeAll()
    for entry in groupStart[group]..<groupStart[group + 1]
    where reduced[entry] > 0 && entry != left {
      kernel.add(value: reduced[entry], weight: weight[entry], tag: entry)
    }
    return kernel.count == 0 ? 0 : kernel.solve(within: room[row])
  }

  private func packedValue(_ group: Int, _ row: Int32) -> Double {
    kernel.removeAll()
    for entry in groupStart[group]..<groupStart[group + 1] where reduced[entry] > 0 {
      kernel.add(value: reduced[entry], weight: weight[entry], tag: entry)
    }
    return kernel.count == 0 ? 0 : kernel.solve(within: room[row])
  }

  /// The best packing that holds the entry.
  private func forcedValue(_ group: Int, _ row: Int32, _ forced: Int32) -> Double {
    let left = room[row] - weight[forced]
    kernel.removeAll()
    for entry in groupStart[group]..<groupStart[group + 1]
    where reduced[entry] > 0 && entry != forced && weight[entry] <= left {
      kernel.add(value: reduced[entry], weight: weight[entry], tag: entry)
    }
    return reduced[forced] + (kernel.count == 0 ? 0 : kernel.solve(within: left))
  }
}
