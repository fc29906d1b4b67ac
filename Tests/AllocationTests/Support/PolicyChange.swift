import Postgres

@testable import Allocation

extension Pool {
  /// Puts a version of the policy in force from a day on: version 2 with some figures changed.
  func putInForce(_ version: Int, from day: DateOnly, _ changes: [String: Int]) async throws {
    try await transaction { connection in
      try await connection.beginEvent(Cause(actor: "t", reason: "clocks", action: "policy"))
      try await connection.execute(
        "INSERT INTO policy.versions (version, title, state) VALUES (\(version)::integer, '试', 'draft')"
      )
      try await connection.execute(
        """
        INSERT INTO policy.parameters (version, name, number, word, unit, meaning)
        SELECT \(version)::integer, name, number, word, unit, meaning
        FROM policy.parameters WHERE version = 2
        """)
      for (name, number) in changes {
        try await connection.execute(
          """
          UPDATE policy.parameters SET number = \(number)::integer
          WHERE version = \(version)::integer AND name = \(name)
          """)
      }
      try await connection.execute(
        """
        UPDATE policy.versions SET state = 'in_force', in_force_from = \(day)
        WHERE version = \(version)::integer
        """)
    }
  }
}
