import Testing

@testable import Allocation

@Suite struct CatalogueTests {
  @Test func testEmbedded() throws {
    let catalogue = try Catalogue.embedded()
    #expect(catalogue.tables.count == 20)
    #expect(catalogue.table(named: "用地需求")?.name == "land_requests")
    #expect(catalogue.table(named: "LAND_REQUESTS")?.title == "用地需求")
    #expect(catalogue.table(named: "land_request") == nil)
  }

  /// Whatever a table names exists, and comes earlier in the order of loading.
  @Test func testFactsNameColumns() throws {
    let catalogue = try Catalogue.embedded()
    var seen: Set<String> = []
    for table in catalogue.tables {
      seen.insert(table.name)
      let facts = table.facts
      for column in facts.key + facts.references.map(\.column) + facts.noOverlap
        + Array(facts.lists.keys) + Array(facts.limits.keys) + facts.rules.map(\.column)
      {
        #expect(table.column(named: column) != nil, "\(table.name).\(column)")
      }
      for case .table(let parent, let key) in facts.references.map(\.target) {
        #expect(seen.contains(parent), "\(table.name) before \(parent)")
        #expect(catalogue.table(named: parent)?.column(named: key) != nil)
      }
    }
  }

  @Test func testNearest() {
    let names = ["area_mu", "min_area_mu", "regions", "需求面积", "最小面积"]
    #expect(Nearest.match("area", in: names) == "area_mu")
    #expect(Nearest.match("min_area", in: names) == "min_area_mu")
    #expect(Nearest.match("面积", in: names) == "需求面积")
    #expect(Nearest.match("x", in: []) == nil)
  }
}
