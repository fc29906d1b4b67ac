import Postgres
import Testing

/// What the sample city's night of 2026-11-20 is on every machine: its four input digests, and a digest
/// of its offers.
///
/// A change of a default policy, a rule, a score, the form of a snapshot or the engine's choices changes
/// them, and then they are renewed on purpose: run `swift test --filter NightTests`, look at *why* the
/// digest in the failure's message is another one, copy it here, and say so in the change's log.
enum GoldenNight {
  private static let inputs = [
    "finance": "bd42f9f599b2fbbbebed67f3e2242e715997b7e7a029e5c8daf1ec516a8523c0",
    "land": "1af9bf2cfe69c16be232dc4d625e272ac942be55f70f4917687a6bb9b4716fc8",
    "rotation": "98cb4b6c747f3fa9a932f60ffb5c8c1c06eea031f1eb551c01e2fc2d0a508c1e",
    "techvp": "6d063122385abd22d1575dc4d9f24982447f06ef6cddaec8e25f9bda24770a96",
  ]
  private static let offers = "2ff2f147180615b090d48276ea2bcc1c59555bca0bd4fec3ba52bf84d2a775c0"

  /// Expects that a database holds the night, computed after the designation of banks.
  static func expect(_ pool: Pool) async throws {
    let digests = try await pool.query("SELECT mechanism, input_digest FROM report.round")
      .decode(String.self, String.self)
    #expect(Dictionary(uniqueKeysWithValues: digests) == inputs)
    let found: String = try await pool.one(
      """
      SELECT encode(sha256(convert_to(string_agg(
        concat_ws(' ', mechanism, request, resource, trim_scale(amount), unit, score, due_on, detail),
        E'\\n' ORDER BY mechanism, request COLLATE "C"), 'UTF8')), 'hex')
      FROM report.offer
      """)
    #expect(found == offers)
  }
}
