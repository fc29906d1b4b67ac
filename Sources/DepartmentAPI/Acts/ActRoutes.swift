internal import Allocation
internal import Postgres

/// What takes two persons: asked for where its subject is, decided here.
struct ActRoutes: Sendable {
  let desk: CallDesk

  var routes: [Route] {
    [
      Route(operation: Self.publication) { call in try await publish(call) },
      Route(operation: Self.approval) { call in try await putInForce(call) },
      Route(operation: Self.override) { call in try await overrule(call) },
    ]
      + Verdict.allCases.map { verdict in
        Route(operation: Self.decision(verdict)) { call in try await decide(call, verdict) }
      }
  }

  enum Verdict: String, CaseIterable { case approve, refuse, withdraw }

  // MARK: - asking

  private func publish(_ call: Call) async throws -> Answer {
    try await desk.change(call, roles: Self.askers) { room in
      let fields = try Fields(call, known: ["content_digest", "note"])
      let round = try await AnalysisRoutes.round(call.parameter("round_id"), room)
      let wish = try ActWish(
        .publishRound, subject: "\(round.id)", jurisdiction: round.subject[1], content: "{}",
        note: fields.optional("note", Self.note))
      return try await ask(wish, digest: fields.required("content_digest", Self.digest), room)
    }
  }

  private func putInForce(_ call: Call) async throws -> Answer {
    try await desk.change(call, roles: Self.askers) { room in
      let fields = try Fields(call, known: ["in_force_from", "note"])
      let date = try fields.required("in_force_from", Self.day)
      let wish = try ActWish(
        .putPolicyInForce, subject: call.parameter("version"), jurisdiction: nil,
        content: JSON.object([.init("in_force_from", .text(date))]).compact,
        note: fields.optional("note", Self.note))
      return try await ask(wish, digest: nil, room)
    }
  }

  private func overrule(_ call: Call) async throws -> Answer {
    try await desk.change(call, roles: Self.askers) { room in
      let fields = try Fields(call, known: ["kind", "content", "jurisdiction", "note"])
      let word = try fields.required("kind", Self.overrideKind)
      guard let kind = ActKind(rawValue: word), let content = fields["content"],
        case .object = content
      else { throw Problem.field("content", "须为对象", "must be an object") }
      let wish = try ActWish(
        kind, jurisdiction: try room.caller.place(fields.optional("jurisdiction", Self.place)),
        content: content.compact, note: fields.optional("note", Self.note))
      return try await ask(wish, digest: nil, room)
    }
  }

  private func ask(
    _ wish: ActWish, digest: String?, _ room: CallDesk.Room
  ) async throws -> Answer {
    let id = try await ActDesk(room.connection, room.caller).ask(wish, digest: digest)
    let (json, version) = try await Record.acts.one("\(id)", .chinese, room.connection)
    return Answer(201, json: json, version: version, location: "/v1/acts/\(id)")
  }

  // MARK: - deciding

  private func decide(_ call: Call, _ verdict: Verdict) async throws -> Answer {
    try await desk.change(call, roles: Self.roles(verdict)) { room in
      let id = try Record.number(call.parameter("act_id"))
      let acts = ActDesk(room.connection, room.caller)
      let act = try await acts.find(id)
      guard try call.version() == act.version else { throw Problem(.changedMeanwhile) }
      switch verdict {
      case .approve:
        let fields = try Fields(call, known: ["content_digest", "note"])
        try await acts.approve(
          act, digest: fields.required("content_digest", Self.digest),
          note: fields.optional("note", Self.note))
      case .refuse:
        let fields = try Fields(call, known: ["note"])
        try await acts.refuse(act, note: fields.required("note", Self.note))
      case .withdraw:
        let fields = try Fields(call, known: ["note"])
        try await acts.withdraw(act, note: fields.optional("note", Self.note))
      }
      let (json, version) = try await Record.acts.one("\(id)", call.language, room.connection)
      return Answer(200, json: json, version: version)
    }
  }

  static let askers = ActDesk.askers

  static func roles(_ verdict: Verdict) -> Set<Role> {
    verdict == .withdraw ? askers : ActDesk.deciders
  }
}

extension ActRoutes {
  private static let note = Fields.Form.words(atMost: 400)
  private static let digest = Fields.Form("[0-9a-f]{64}") { text in
    text.utf8.count == 64
      && text.utf8.allSatisfy { (48..<58).contains($0) || (97..<103).contains($0) }
  }
  private static let day = Fields.Form("2027-01-01") { text in
    DateOnly(text: text).map { "\($0)" == text } ?? false
  }
  private static let place = Fields.Form("341800") { $0.utf8.count == 6 }
  private static let overrideKind = Fields.Form("allocate_land, change_banks") {
    ["allocate_land", "change_banks"].contains($0)
  }
}

/// The text fields of a body, read strictly.
struct Fields: Sendable {
  /// What a text has to be.
  struct Form: Sendable {
    /// An example or a range, for the remedy.
    let remedy: String
    let accepts: @Sendable (String) -> Bool

    init(_ remedy: String, _ accepts: @escaping @Sendable (String) -> Bool) {
      self.remedy = remedy
      self.accepts = accepts
    }

    /// A text for people: no control characters, and not blank.
    static func words(atMost limit: Int) -> Form {
      Form("1 … \(limit)") { text in
        let scalars = text.unicodeScalars
        return scalars.count <= limit && scalars.contains { !$0.properties.isWhitespace }
          && !scalars.contains { $0.properties.generalCategory == .control }
      }
    }
  }

  private let values: [String: JSON]

  /// - Throws: ``Problem`` `invalid_fields` for a field that is not known.
  init(_ call: Call, known: [String]) throws(Problem) {
    values = try call.fields()
    if let stranger = values.keys.filter({ !known.contains($0) }).min() {
      throw .field(stranger, "未知的字段", "unknown field", remedy: known.joined(separator: ", "))
    }
  }

  subscript(name: String) -> JSON? { values[name] }

  func optional(_ name: String, _ form: Form) throws(Problem) -> String? {
    guard let value = values[name], value != .null else { return nil }
    guard case .text(let text) = value, form.accepts(text) else {
      throw .field(name, "形式不对", "not of the right form", remedy: form.remedy)
    }
    return text
  }

  func required(_ name: String, _ form: Form) throws(Problem) -> String {
    guard let text = try optional(name, form) else {
      throw .field(name, "缺少此项", "is missing", remedy: form.remedy)
    }
    return text
  }
}
