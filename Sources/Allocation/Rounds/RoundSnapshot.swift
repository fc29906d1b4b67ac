import Foundation
import Postgres

/// What a mechanism read for one round: everything the round depends on, and nothing else.
///
/// A snapshot is stored with its round. A what-if changes a stored snapshot, and a verifier
/// recomputes the input digest from it.
public protocol RoundSnapshot: Codable, Sendable {
  /// Appends every fact, in canonical order.
  func append(to text: inout CanonicalText)
}

extension RoundSnapshot {
  /// The snapshot as JSON with sorted keys.
  func json() throws -> JSONText {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return JSONText(String(decoding: try encoder.encode(self), as: UTF8.self))
  }

  /// Reads the snapshot from which a round was computed.
  ///
  /// - Throws: ``RoundError/notFound(_:)`` if the round has none: it is older than snapshots.
  static func load(of round: Int, from connection: Connection) async throws -> Self {
    let texts = try await connection.query(
      "SELECT snapshot::text FROM allocation.round_snapshot WHERE round_id = \(round)"
    ).decode(String.self)
    guard let text = texts.first else {
      throw RoundError.notFound("round \(round) was stored without its snapshot")
    }
    return try JSONDecoder().decode(Self.self, from: Data(text.utf8))
  }
}
