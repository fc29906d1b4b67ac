/// Whether bytes that are well-formed GB18030 are likely to be Chinese text in it.
///
/// Almost any bytes above ASCII pass as GB18030: UTF-8, Big5, Shift-JIS and Latin-1 come out as rare
/// characters. Chinese text keeps to the 6,763 characters of GB 2312, which have a region of their own,
/// but for a name here and there. Feed chunks in order, then ask for the ``verdict()``.
struct GB18030Likelihood {
  private var line = 1
  private var lead: UInt8?
  /// Bytes of a four-byte character still to come.
  private var rest = 0
  private var common = 0
  private var rare = 0
  private var firstRareLine = 0
  private var firstPrivateLine = 0

  /// Fewer characters than this may be names, in which rare ones are not rare.
  private static let fewest = 10

  /// - Complexity: O(bytes).
  mutating func take(_ chunk: [UInt8]) {
    for byte in chunk {
      if rest > 0 {
        rest -= 1
      } else if let first = lead {
        lead = nil
        note(first, byte)
      } else if byte >= 0x81 {
        lead = byte
      } else if byte == 0x0A {
        line += 1
      }
    }
  }

  private mutating func note(_ first: UInt8, _ second: UInt8) {
    let isInRegion = second >= 0xA1
    switch first {
    case 0xA1...0xA9 where isInRegion, 0xB0...0xF7 where isInRegion: common += 1
    // Signs beside that region, such as ㎡ and 〇.
    case 0xA8...0xA9: common += 1
    // Regions for private use: no two offices mean the same by them.
    case 0xAA...0xAF where isInRegion, 0xF8...0xFE where isInRegion,
      0xA1...0xA7 where second >= 0x40 && !isInRegion:
      if firstPrivateLine == 0 { firstPrivateLine = line }
    default:
      if (0x30...0x39).contains(second) { rest = 2 }
      if rare == 0 { firstRareLine = line }
      rare += 1
    }
  }

  /// - Throws: ``FileSurvey/Flaw``: `undecodable` where the text is in another encoding, `ambiguous`
  ///   where it is too short to tell.
  func verdict() throws(FileSurvey.Flaw) {
    if firstPrivateLine > 0 { throw .undecodable(line: firstPrivateLine) }
    let isShort = common + rare < Self.fewest
    // Read as GB18030, six in ten characters and more of UTF-8, Big5, Shift-JIS and Latin-1 are rare.
    guard 100 * rare > (isShort ? 60 : 30) * (common + rare) else { return }
    throw isShort ? .ambiguous : .undecodable(line: firstRareLine)
  }
}
