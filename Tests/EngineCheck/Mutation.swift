import MatchingSupport

/// Damage done to an instance file, always the same for a seed.
struct Mutation {
  private var random: SplitMix
  private(set) var bytes: [UInt8]

  init(of bytes: [UInt8], other: [UInt8], seed: Int) {
    random = SplitMix(seed: seed)
    self.bytes = bytes
    for _ in 0...random.below(4) { damage(other) }
  }

  /// Words that readers are likely to stumble over.
  private static let words = [
    "0", "1", "2", "7", "-1", "+1", "3.5", "1e9", "x", "alloc", "stable", "designation", "\u{0}",
    "\u{FEFF}1", "2147483645", "2147483646", "2147483647", "4294967296", "4611686018427387904",
    "9223372036854775807", "9223372036854775808", "18446744073709551616",
    "00000000000000000000000000001", "99999999999999999999999999999999999999999999",
  ].map { Array($0.utf8) }

  private static let spaces: [[UInt8]] = [[32], [10], [13, 10], [9], [11], [32, 10, 32], []]

  private mutating func damage(_ other: [UInt8]) {
    switch random.below(8) {
    case 0: if !bytes.isEmpty { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
    case 1: bytes.removeLast(random.below(bytes.count + 1))
    case 2: bytes.removeSubrange(piece(of: bytes, atMost: 24))
    case 3: bytes.insert(contentsOf: bytes[piece(of: bytes, atMost: 24)], at: place)
    case 4: bytes.insert(contentsOf: other[piece(of: other, atMost: 60)], at: place)
    case 5: bytes.insert(contentsOf: chosen(Mutation.spaces), at: place)
    default: bytes.replaceSubrange(word(), with: chosen(Mutation.words))
    }
  }

  private var place: Int {
    mutating get { random.below(bytes.count + 1) }
  }

  private mutating func chosen(_ list: [[UInt8]]) -> [UInt8] { list[random.below(list.count)] }

  private mutating func piece(of bytes: [UInt8], atMost length: Int) -> Range<Int> {
    let start = random.below(bytes.count + 1)
    return start..<min(bytes.count, start + random.below(length + 1))
  }

  /// The word around a random place. The first words, which say how many others follow, come up in
  /// one case of four.
  private mutating func word() -> Range<Int> {
    let place = random.chance(percent: 25) ? random.below(min(24, bytes.count) + 1) : place
    let start = bytes[..<place].lastIndex { $0 <= 32 }.map { $0 + 1 } ?? 0
    let end = bytes[place...].firstIndex { $0 <= 32 } ?? bytes.count
    return start..<max(start, end)
  }
}
