import TestSupport
import Testing

@testable import Postgres

@Suite struct ConnectorTests {
  /// A server gives whoever connects a minute to say who he is. A task that is kept from going on for
  /// longer, here by the test itself, must not cost the connection.
  @Test func aConnectionIsMadeWhileNobodyWaitsForIt() async throws {
    try await TestDatabase.with { pool in
      var configuration = pool.configuration
      configuration.parameters["application_name"] = "on its way"
      let attempt = await Connector.begin(configuration)
      try await eventually("the server lets the connection in") {
        let rows = try await pool.query(
          """
          SELECT 1 FROM pg_stat_activity
          WHERE application_name = 'on its way' AND state = 'idle'
          """)
        return !rows.isEmpty
      }
      let wire = try await attempt.wire()
      wire.close()
    }
  }
}
