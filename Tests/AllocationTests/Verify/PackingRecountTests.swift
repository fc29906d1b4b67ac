import Postgres
import Testing

@testable import Allocation

@Suite("The verifier's packing")
struct PackingRecountTests {
  private typealias Item = PackingRecount.Item

  @Test("Every subset tried: random items, many ties, items that never fit")
  func everySubset() throws {
    for seed in 0..<600 {
      var random = SplitMix(seed: seed)
      let largest: Int64 = [3, 12, 1000, 1 << 40].randomElement(using: &random) ?? 3
      let items = (0..<Int.random(in: 0...11, using: &random)).map { _ in
        Item(
          value: Int128(Int64.random(in: -1...largest, using: &random)),
          weight: Int64.random(in: 1...largest, using: &random))
      }
      let room = Int64.random(in: 0...(largest * 4), using: &random)
      #expect(
        PackingRecount.bestValue(of: items, within: room) == Self.best(items, room), "seed \(seed)")
    }
  }

  private static func best(_ items: [Item], _ room: Int64) -> Int128 {
    var best: Int128 = 0
    for subset in 0..<(1 << items.count) {
      var (weight, value): (Int128, Int128) = (0, 0)
      for (index, item) in items.enumerated() where subset & (1 << index) != 0 {
        weight += Int128(item.weight)
        value += item.value
      }
      if weight <= Int128(room) { best = max(best, value) }
    }
    return best
  }

  @Test("Where branching would never end, the table answers: even weights in an odd room")
  func table() {
    let even = (1...40).map { Item(value: Int128(2 * $0), weight: Int64(2 * $0)) }
    // The one odd weight keeps the weights without a common divisor, and is worth nothing.
    let items = even + [Item(value: 1, weight: 401)]
    #expect(PackingRecount.bestValue(of: items, within: 801) == 800)
  }

  @Test("Figures out of range are refused, not trapped on")
  func outOfRange() {
    let large = Item(value: Int128(1) << 80, weight: 1)
    #expect(PackingRecount.bestValue(of: [large], within: 1) == nil)
    #expect(PackingRecount.bestValue(of: [Item(value: 1, weight: 0)], within: 1) == nil)
    let most = Item(value: Int128(Int64.max), weight: .max)
    #expect(PackingRecount.bestValue(of: [most, most], within: .max) == Int128(Int64.max))
  }

  @Test("Thirty items near 2^40: SQL and the verifier agree")
  func bigFigures() async throws {
    try await Office.with(Office.empty) { _, superuser in
      for seed in 0..<5 {
        var random = SplitMix(seed: seed)
        let items = (0..<30).map { _ in
          Item(
            value: Int128(Int64.random(in: 1...(1 << 60), using: &random)),
            weight: Int64.random(in: 1...(1 << 40), using: &random))
        }
        let room = Int64.random(in: 0...(12 << 40), using: &random)
        let (scores, sizes) = (items.map { "\($0.value)" }, items.map(\.weight))
        let best: String = try await superuser.one(
          "SELECT allocation.best_packing(\(scores)::numeric[], \(sizes), \(room))::text")
        #expect(PackingRecount.bestValue(of: items, within: room).map { "\($0)" } == best)
      }
    }
  }
}
