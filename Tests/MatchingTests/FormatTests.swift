import Matching
import MatchingSupport
import Testing

@Suite struct FormatTests {
  private func parse(_ text: String) throws -> Instance { try Instance(parsing: Array(text.utf8)) }

  private func fault(in text: String) -> InstanceError? {
    do {
      _ = try parse(text)
      return nil
    } catch {
      return error as? InstanceError
    }
  }

  @Test func writesWhatItReads() throws {
    let text = "alloc\n2 2\n0 1 0\n1 5 3\n2 7 1 0 1 4 2 0 2 1 3\n0\n"
    guard case .allocation(let problem) = try parse(text) else {
      Issue.record("not an allocation")
      return
    }
    #expect(problem.uses(of: 1) == [.init(row: 0, amount: 2), .init(row: 1, amount: 3)])
    #expect(String(decoding: problem.instanceBytes, as: UTF8.self) == text)
  }

  @Test func roundTripsRandomProblems() throws {
    for seed in 0..<200 {
      let problem = try Draft.nested(seed: seed).build()
      guard case .allocation(let copy) = try Instance(parsing: problem.instanceBytes) else {
        Issue.record("not an allocation")
        return
      }
      #expect(copy.instanceBytes == problem.instanceBytes)
    }
  }

  @Test func writesChoicesAndPrices() throws {
    guard case .allocation(let problem) = try parse("alloc 2 1  0 1 0  1 5 1 0 1  1 9 1 0 1") else {
      Issue.record("not an allocation")
      return
    }
    let solution = try Engine.solve(problem)
    #expect(String(decoding: solution.choiceBytes, as: UTF8.self) == "-1\n0\n")
    let words = String(decoding: solution.priceBytes, as: UTF8.self).split(separator: "\n")
    #expect(words.first == "price 1")
    #expect((5...9).contains(try #require(Int(words[1]))))
    let kept = Certificate.knapsack(scale: 4, rowPrices: [nil, 3], requestPrices: [1])
    #expect(String(decoding: kept.priceBytes, as: UTF8.self) == "knapsack 4\n-\n3\n1\n")
  }

  @Test(arguments: [
    ("", nil, "the format's name"),
    ("other 1 2", "1:1 other", "name of a format"),
    ("alloc\n1", "2:2 ", "number of rows"),
    ("alloc\n1 x1", "2:3 x1", "number of rows"),
    ("alloc 0 1\n0 -3 0", "2:3 -3", "upper bound of row 0"),
    ("alloc 0 1\n0 3.5 0", "2:3 3.5", "upper bound of row 0"),
    ("alloc 0 1\n0 99999999999999999999 0", "2:3 99999999999999999999", "must lie in"),
    ("alloc 1 1 0 1 0\n1 5 1\n  7 1", "3:3 7", "a row of option 0 of request 0"),
    ("alloc 1 1 0 1 0\n1 5 2 0 1 0 1", "2:11 0", "row 0 is named twice"),
    ("alloc 1 1 0 1 0\n1 5 1 0 0", "2:9 0", "the amount"),
    ("alloc 1 0\n1 5 1 0 1", "2:7 0", "nothing that"),
    ("alloc 0 0\n\n 8", "3:2 8", "more words"),
    ("alloc 4000000000 0", "1:7 4000000000", "number of requests"),
    ("stable 1 1 1\n1 0 2 1 0 x", "2:11 x", "a tier in the list of hospital 0"),
    ("stable 1 2 1 1\n2 0 2 1 1 1 0 0 0", "2:9 1", "fall"),
    ("stable 1 1 1\n1 3 0", "2:3 3", "a hospital in the list"),
    (
      "alloc 2 0\n1 4000000000000000000 0\n1 9000000000000000000 0",
      "3:3 9000000000000000000", "the sum of scores"
    ),
    ("designation 2000000000 0 0 0", "1:24 0", "two resources"),
    ("designation 1 2 1 1 5 5 1 2\n0 0 3 4", "2:3 0", "the amount of member 0"),
    ("designation 1 2 1 1 5 5 1 2\n7 1 3 4", "2:1 7", "the group of member 0"),
  ])
  func namesPlaceValueAndFault(_ text: String, _ place: String?, _ part: String) throws {
    let error = try #require(fault(in: text))
    let position = error.position
    if let place { #expect("\(position.line):\(position.column) \(error.value)" == place) }
    #expect(error.description.contains(part), "\(error)")
    #expect(!error.remedy.isEmpty)
  }

  @Test func readsStableAndDesignation() throws {
    guard case .stable(let stable) = try parse("stable 1 2 1 0\n2 1 1 0 2\n1 0 1\n1 0 1") else {
      Issue.record("not stable")
      return
    }
    #expect(stable.quotas == [1, 0])
    #expect(stable.residentList(0) == [.init(party: 1, tier: 1), .init(party: 0, tier: 2)])
    guard case .designation(let designation) = try parse("designation 1 2 1 3 5 6 7 8 0 9 1 0")
    else {
      Issue.record("not a designation")
      return
    }
    #expect(designation.groupLimits.allSatisfy { $0 == 3 })
    #expect(designation.capacities == [5, 6])
    #expect(designation.memberScores == [1, 0])
  }

  /// The same, however the bytes come: problem, place and word do not depend on it.
  @Test func readsPieceByPiece() throws {
    let draft = try Draft.nested(seed: 3).build().instanceBytes
    let spaces = Array(repeating: UInt8(ascii: " "), count: 300)
    var random = SplitMix(seed: 2)
    for round in 0..<1000 {
      var bytes = draft
      for _ in 0..<random.below(3) { bytes[random.below(bytes.count)] = UInt8(random.below(128)) }
      if round % 3 == 0 { bytes.insert(contentsOf: spaces, at: random.below(bytes.count)) }
      if round % 5 == 0 { bytes.removeLast(random.below(bytes.count)) }
      let whole = Result { try Instance(parsing: bytes) }
      var rest = bytes[...]
      let most = 1 + random.below(50)
      let pieces = Result {
        try Instance(size: nil) { buffer in
          let next = rest.prefix(min(most, buffer.count))
          rest = rest.dropFirst(next.count)
          return buffer.update(fromContentsOf: next)
        }
      }
      switch (whole, pieces) {
      case (.success(.allocation(let one)), .success(.allocation(let other))):
        #expect(one.instanceBytes == other.instanceBytes)
      case (.failure(let one), .failure(let other)):
        #expect(one as? InstanceError == other as? InstanceError)
      default: Issue.record("\(whole) in one piece, \(pieces) in several")
      }
    }
  }

  /// Any bytes either read or give an error: nothing traps.
  @Test func survivesDamagedFiles() throws {
    let whole = Array("alloc\n2 2\n0 1 0\n1 5 3\n2 7 1 0 1 4 2 0 2 1 3\n1 8 0\n".utf8)
    var random = SplitMix(seed: 1)
    for _ in 0..<5000 {
      var bytes = whole
      for _ in 0...random.below(3) {
        bytes[random.below(bytes.count)] = UInt8(random.below(256))
      }
      bytes.removeLast(random.below(bytes.count))
      guard let instance = try? Instance(parsing: bytes) else { continue }
      if case .allocation(let problem) = instance { _ = try? Engine.solve(problem) }
    }
  }
}
