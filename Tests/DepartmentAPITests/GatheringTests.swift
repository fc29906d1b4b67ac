import Testing

@testable import DepartmentAPI

/// Who goes out with whom, without anybody going out.
@Suite("Gathering what goes out together")
struct GatheringTests {
  /// What the macros may change.
  private final class Numbers {
    typealias Batch = Gathering<String, Int>.Batch
    private var gathering: Gathering<String, Int>

    init(lanes: Int, lanesOfKind: Int, most: Int) {
      gathering = Gathering(lanes: lanes, lanesOfKind: lanesOfKind, most: most)
    }

    var lanes: Int { gathering.lanes }
    var most: Int { gathering.most }
    var waitingCount: Int { gathering.waitingCount }
    func add(_ item: Int, of kind: String) -> Bool { gathering.add(item, of: kind) }
    func next(after done: Batch?) -> Batch? { gathering.next(after: done) }
    func isWorthWaiting(after done: Batch) -> Bool { gathering.isWorthWaiting(after: done) }
  }

  @Test("What comes first goes at once, and what comes meanwhile goes together, in its order")
  func together() throws {
    let gathering = Numbers(lanes: 4, lanesOfKind: 1, most: 3)
    #expect(gathering.add(1, of: "a"))
    let first = try #require(gathering.next(after: nil))
    #expect(first.items == [1])
    for number in 2...5 { #expect(!gathering.add(number, of: "a"), "the one at work comes back") }
    let second = try #require(gathering.next(after: first))
    #expect(second.items == [2, 3, 4], "no more than fit")
    let third = try #require(gathering.next(after: second))
    #expect(third.items == [5])
    #expect(gathering.next(after: third) == nil)
    #expect(gathering.add(6, of: "a"), "nobody is at work any more")
  }

  @Test("Kinds do not wait for one another while there are lanes")
  func kinds() throws {
    let gathering = Numbers(lanes: 2, lanesOfKind: 1, most: 8)
    #expect(gathering.add(1, of: "a"))
    let first = try #require(gathering.next(after: nil))
    #expect(!gathering.add(2, of: "a"))
    #expect(gathering.add(3, of: "b"))
    let other = try #require(gathering.next(after: nil))
    #expect(other.kind == "b")
    #expect(!gathering.add(4, of: "c"), "all lanes are taken")
    #expect(gathering.next(after: other)?.kind == "c", "a lane is free, a's turn is not")
    #expect(gathering.next(after: first)?.items == [2])
  }

  @Test("Those just answered are waited for while they are fewer, and nobody else is there")
  func returning() throws {
    let gathering = Numbers(lanes: 2, lanesOfKind: 1, most: 8)
    #expect(gathering.add(0, of: "a"))
    let alone = try #require(gathering.next(after: nil))
    #expect(!gathering.isWorthWaiting(after: alone), "a single one")
    for number in 1...2 { #expect(!gathering.add(number, of: "a")) }
    let two = try #require(gathering.next(after: alone))
    #expect(gathering.isWorthWaiting(after: two))
    #expect(!gathering.add(3, of: "a"))
    #expect(gathering.isWorthWaiting(after: two), "one is back")
    #expect(!gathering.add(4, of: "a"))
    #expect(!gathering.isWorthWaiting(after: two), "both are")
    let both = try #require(gathering.next(after: two))
    #expect(gathering.isWorthWaiting(after: both))
    #expect(gathering.add(5, of: "b"))
    #expect(!gathering.isWorthWaiting(after: both), "somebody else waits")
  }

  @Test("Two lanes of a kind are loaded alike")
  func shares() throws {
    let gathering = Numbers(lanes: 2, lanesOfKind: 2, most: 32)
    #expect(gathering.add(0, of: "a"))
    let first = try #require(gathering.next(after: nil))
    #expect(gathering.add(1, of: "a"))
    let second = try #require(gathering.next(after: nil))
    for number in 2..<16 { #expect(!gathering.add(number, of: "a")) }
    let third = try #require(gathering.next(after: first))
    #expect(third.items.count == 8, "half of 14 that wait and 1 that is under way")
    let fourth = try #require(gathering.next(after: second))
    #expect(fourth.items.count == 6)
    #expect(gathering.waitingCount == 0)
  }

  @Test("Whatever happens, nothing waits while nobody is at work", arguments: 0..<200)
  func nobodyIsForgotten(seed: UInt64) {
    var random = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func draw(_ below: Int) -> Int {
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      return Int(random % UInt64(below))
    }
    let gathering = Numbers(
      lanes: 1 + draw(4), lanesOfKind: 1 + draw(3), most: 1 + draw(5))
    /// Those at work; `nil` where one has just come.
    var workers: [Numbers.Batch?] = []
    var gone: [Int] = []
    var came = 0
    for _ in 0..<400 {
      if draw(2) == 0 || workers.isEmpty {
        if gathering.add(came, of: ["a", "b", "c"][draw(3)]) { workers.append(nil) }
        came += 1
      } else {
        let worker = workers.remove(at: draw(workers.count))
        if let batch = gathering.next(after: worker) {
          #expect(!batch.items.isEmpty && batch.items.count <= gathering.most)
          gone += batch.items
          workers.append(batch)
        }
      }
      #expect(gathering.waitingCount == 0 || !workers.isEmpty)
      #expect(workers.count <= gathering.lanes)
    }
    while let worker = workers.popLast() {
      if let batch = gathering.next(after: worker) {
        gone += batch.items
        workers.append(batch)
      }
    }
    #expect(gone.sorted() == Array(0..<came), "each once")
  }
}
