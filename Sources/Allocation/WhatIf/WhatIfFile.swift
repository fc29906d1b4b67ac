public import Postgres

/// The file of a what-if: a list of changes, and what they are about.
public struct WhatIfFile: Sendable {
  /// The one that the file names, or the one that was to be expected.
  public let mechanism: MechanismName
  /// The prefecture; `nil` where there is but one.
  public let jurisdiction: String?
  private let question: any Question

  /// How many changes there are, and how many of them are pins.
  public var changeCount: Int { question.pins.count }
  public var pinCount: Int { question.pins.count { $0 } }

  /// Reads the file's text.
  ///
  /// - Parameter expected: the mechanism of a file that names none.
  /// - Throws: ``FieldFault`` that names the element, its value and the remedy.
  public init(text: String, of expected: MechanismName = .land) throws {
    let reader = try ObjectReader(JSONValue(text: text, example: "what-if"), at: "file")
    try reader.allowOnly(["mechanism", "jurisdiction", "changes"], of: Wording("试算", "a what-if"))
    mechanism = try reader.optional("mechanism", .word(MechanismName.self)) ?? expected
    jurisdiction = try reader.optional("jurisdiction", .text)
    let changes = try reader.required("changes", .values)
    switch mechanism {
    case .land: question = try StatedChanges<LandScenario>(changes)
    case .finance: question = try StatedChanges<RoundScenario<Finance>>(changes)
    case .techvp: question = try StatedChanges<RoundScenario<TechVP>>(changes)
    case .rotation: question = try StatedChanges<RoundScenario<Rotation>>(changes)
    case .housing:
      throw FieldFault(
        "file.mechanism", mechanism.rawValue, Wording("没有轮次", "has no rounds"),
        remedy: Wording(
          "land、finance、techvp、rotation 有轮次", "one of land, finance, techvp, rotation has"))
    }
  }

  /// Finds what the changes are made to.
  ///
  /// - Parameters:
  ///   - date: by default the day of the mechanism's latest round.
  ///   - jurisdiction: instead of the file's.
  /// - Returns: what computes the answer; it needs the database no more.
  /// - Throws: as ``WhatIf/Base/find(on:jurisdiction:from:)``.
  public func prepared(
    on date: DateOnly?, jurisdiction: String?, from connection: Connection
  ) async throws -> PreparedWhatIf {
    try await question.prepared(on: date, jurisdiction ?? self.jurisdiction, connection)
  }

  /// The same for a stored round.
  ///
  /// - Throws: as ``WhatIf/Base/find(round:from:)``.
  public func prepared(
    round id: Int, from connection: Connection
  ) async throws -> PreparedWhatIf {
    try await question.prepared(round: id, connection)
  }
}

/// A what-if with all that it needs.
public struct PreparedWhatIf: Sendable {
  public let scope: RoundScope
  fileprivate let compute: @Sendable (Language) throws -> WhatIfAnswer

  /// - Throws: ``FieldFault`` that names the change at fault.
  /// - Complexity: that of ``WhatIf``.
  public func answer(in language: Language) throws -> WhatIfAnswer { try compute(language) }
}

/// An answer, for programs and for people.
public struct WhatIfAnswer: Sendable {
  public let report: WhatIfReport
  /// The page, line by line.
  public let lines: [String]
}

private protocol Question: Sendable {
  /// Whether each change is a pin.
  var pins: [Bool] { get }

  func prepared(round id: Int, _ connection: Connection) async throws -> PreparedWhatIf

  func prepared(
    on date: DateOnly?, _ jurisdiction: String?, _ connection: Connection
  ) async throws -> PreparedWhatIf
}

/// The changes of a file, for one kind of scenario.
private struct StatedChanges<S: Scenario>: Question where S.Change: ReadableChange {
  private let changes: [S.Change]

  init(_ elements: [JSONValue]) throws {
    changes = try elements.enumerated().map { try S.Change($1, at: "changes[\($0)]") }
  }

  var pins: [Bool] { changes.map { $0.pinnedRequest != nil } }

  func prepared(
    on date: DateOnly?, _ jurisdiction: String?, _ connection: Connection
  ) async throws -> PreparedWhatIf {
    prepared(try await .find(on: date, jurisdiction: jurisdiction, from: connection))
  }

  func prepared(round id: Int, _ connection: Connection) async throws -> PreparedWhatIf {
    prepared(try await .find(round: id, from: connection))
  }

  private func prepared(_ base: WhatIf<S>.Base) -> PreparedWhatIf {
    PreparedWhatIf(scope: base.scope) { language in
      let answer = try WhatIf<S>(changes, on: base)
      return WhatIfAnswer(
        report: WhatIfReport(answer), lines: WhatIfText(answer, language: language).lines)
    }
  }
}
