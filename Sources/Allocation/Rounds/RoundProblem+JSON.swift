import Postgres

extension RoundProblem.Option {
  /// The detail as JSON.
  var detailJSON: JSONText { JSONText(detailText) }

  /// The detail as PostgreSQL writes a `jsonb` value: shorter names first, equal lengths in order of
  /// their bytes. The digest of a round covers this text.
  var detailText: String {
    let names = detail.keys.sorted {
      $0.utf8.count == $1.utf8.count
        ? $0.utf8.lexicographicallyPrecedes($1.utf8) : $0.utf8.count < $1.utf8.count
    }
    let fields = names.map { "\(JSONText.quoted($0)): \(JSONText.quoted(detail[$0] ?? ""))" }
    return "{\(fields.joined(separator: ", "))}"
  }
}
