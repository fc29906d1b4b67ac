import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("Filters by words")
struct FilterTests {
  @Test("A closed list takes its words and names them for any other")
  func words() async throws {
    try await Harness.with(SmallOffice.template) { harness in
      let token = try await harness.token("office", .owner)
      var closed = 0
      for record in Record.all {
        for filter in record.filters {
          guard case .words(let words) = record.form(of: filter) else { continue }
          closed += 1
          for value in ["foo", words[0].uppercased(), "\(words[0])%20"] {
            let reply = await harness.call(
              "GET", "/v1/\(record.path)?\(filter.name)=\(value)", token: token)
            #expect(reply.status == 400)
            #expect(reply.code == "bad_parameter")
            let flaw = (reply.object["errors"] as? [[String: String]])?.first
            #expect(flaw?["parameter"] == filter.name)
            #expect(words.allSatisfy { flaw?["detail"]?.contains($0) == true })
          }
          for word in words {
            let reply = await harness.call(
              "GET", "/v1/\(record.path)?\(filter.name)=\(word)", token: token)
            #expect(reply.status == 200, "\(record.path) \(filter.name) \(word)")
            #expect(reply.items.allSatisfy { $0[filter.column] as? String == word })
          }
        }
      }
      #expect(closed == Self.closed.count)
    }
  }

  /// Every column that a filter reads and the database keeps to a list, by where that list stands.
  private static let closed: [(path: String, filter: String, words: SQL)] =
    [
      ("offers", "state", check("allocation.offer", "state")),
      ("matches", "state", "SELECT state FROM finance.match_state"),
      ("appointments", "state", "SELECT state FROM techvp.appointment_state"),
      ("placements", "state", "SELECT state FROM rotation.placement_state"),
      ("consultations", "state", check("land.session", "state")),
      ("agenda-items", "cause", "SELECT code FROM land.blocking_cause"),
      ("decisions", "kind", check("land.decision", "kind")),
      ("tasks", "state", check("land.task", "state")),
      ("rankings", "side", check("registry.ranking_seal", "side")),
      ("acts", "kind", "SELECT kind FROM allocation.act_kind"),
      ("acts", "state", check("allocation.act", "state")),
      ("explanations", "reason", check("allocation.round_unserved", "reason")),
      ("commitments", "state", "VALUES ('accepted'), ('released')"),
      ("queued-rounds", "state", "VALUES ('queued'), ('running'), ('done'), ('failed')"),
    ]
    + ["rounds", "queued-rounds", "explanations", "answer-codes", "offers", "commitments"].map {
      ($0, "mechanism", mechanisms)
    }

  private static let mechanisms: SQL = """
    SELECT m[1] FROM pg_constraint c
    CROSS JOIN LATERAL regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''', 'g') m
    WHERE c.contypid = 'allocation.mechanism'::regtype
    """

  /// The words in a column's CHECK constraints.
  private static func check(_ table: String, _ column: String) -> SQL {
    """
    SELECT m[1] FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
    CROSS JOIN LATERAL regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_]+)''', 'g') m
    WHERE c.contype = 'c' AND c.conrelid = \(table)::regclass AND a.attname = \(column)
    """
  }

  @Test("The words are those that the database knows")
  func sources() async throws {
    try await Harness.with(Harness.town) { harness in
      for (path, name, words) in Self.closed {
        let record = try #require(Record.all.first { $0.path == path })
        let filter = try #require(record.filters.first { $0.name == name })
        let known: [String] = try await harness.superuser.query(words).decode(String.self)
        guard case .words(let own) = record.form(of: filter) else {
          Issue.record("\(path) \(name) takes any text")
          continue
        }
        #expect(Set(own) == Set(known), "\(path) \(name)")
      }
    }
  }
}
