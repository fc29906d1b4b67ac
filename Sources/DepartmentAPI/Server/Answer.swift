internal import HTTPTypes
internal import Hummingbird

/// What a handler gives back.
struct Answer: Sendable {
  var status: Int
  var body: String
  var contentType: String
  /// The row's version, as `ETag` shows it.
  var version: String?
  /// Where what was created is.
  var location: String?
  /// The methods that the path takes, for an answer to OPTIONS.
  var allow: String?
  /// Writes the body piece by piece, instead of ``body``.
  var stream: AnswerStream?
  /// Whether this repeats the answer to an earlier request with the same key.
  var isReplayed = false

  init(
    _ status: Int, json: String, version: String? = nil, location: String? = nil
  ) {
    self.status = status
    body = json
    contentType = "application/json"
    self.version = version
    self.location = location
  }

  init(allowing methods: String) {
    self.init(204, json: "")
    allow = methods
  }

  init(text: String, type: String) {
    status = 200
    body = text
    contentType = type
  }
}

/// A body that goes on as long as there is something to say.
struct AnswerStream: Sendable {
  let write: @Sendable (inout any ResponseBodyWriter) async throws -> Void

  init(_ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void) {
    self.write = write
  }
}
