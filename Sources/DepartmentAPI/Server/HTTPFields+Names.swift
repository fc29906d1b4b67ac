internal import HTTPTypes

extension HTTPField.Name {
  static let idempotencyKey = known("Idempotency-Key")
  static let idempotencyReplayed = known("Idempotency-Replayed")
  static let lastEventID = known("Last-Event-ID")
  static let prefer = known("Prefer")
  static let preferenceApplied = known("Preference-Applied")
  static let requestID = known("X-Request-Id")

  /// A name that is one by its letters.
  static func known(_ name: String) -> HTTPField.Name {
    guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is no header") }
    return field
  }
}
