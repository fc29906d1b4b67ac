import Testing

@testable import Postgres

@Suite struct StatementCacheTests {
  private func key(_ text: String, _ types: [PostgresType] = []) -> StatementCache.Key {
    StatementCache.Key(text: text, types: types)
  }

  @Test func theThirdUseIsPreparedAndTheFourthReusesIt() {
    var cache = StatementCache(capacity: 2)
    #expect(cache.plan(for: key("a")) == .unnamed)
    #expect(cache.plan(for: key("a")) == .unnamed)
    #expect(cache.plan(for: key("a")) == .prepare(name: "yaosu_1", evicting: nil))
    #expect(cache.plan(for: key("a")) == .prepared(name: "yaosu_1"))
    #expect(cache.plan(for: key("a", [.int8])) == .unnamed)
  }

  @Test func theLeastRecentlyUsedMakesRoom() {
    var cache = StatementCache(capacity: 2)
    for text in ["a", "b"] { for _ in 0..<3 { _ = cache.plan(for: key(text)) } }
    _ = cache.plan(for: key("a"))
    for _ in 0..<2 { _ = cache.plan(for: key("c")) }
    #expect(cache.plan(for: key("c")) == .prepare(name: "yaosu_3", evicting: "yaosu_2"))
    #expect(cache.plan(for: key("a")) == .prepared(name: "yaosu_1"))
    #expect(cache.plan(for: key("b")) == .unnamed)
  }

  @Test func generatedTextsNeitherPileUpNorDisplace() {
    var cache = StatementCache(capacity: 2)
    for _ in 0..<3 { _ = cache.plan(for: key("a")) }
    for n in 0..<1000 { #expect(cache.plan(for: key("SELECT \(n)")) == .unnamed) }
    #expect(cache.plan(for: key("a")) == .prepared(name: "yaosu_1"))
    #expect(cache.count <= 10)
  }

  @Test func aCapacityOfNonePreparesNothing() {
    var cache = StatementCache(capacity: 0)
    for _ in 0..<10 { #expect(cache.plan(for: key("a")) == .unnamed) }
  }
}
