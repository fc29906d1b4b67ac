internal import Allocation

extension Record {
  /// What the document says of the lives.
  static var stepOperations: [Operation] {
    lives.flatMap { record in record.life?.steps.map { record.operation(of: $0) } ?? [] }
  }

  static var stepSchemas: [(String, JSON)] {
    lives.flatMap { record in
      record.life?.steps.map { (record.schemaName(of: $0), $0.fields.schema) } ?? []
    }
  }

  private var itemPath: String { "/v1/\(path)/{\(key)}" }

  private var keyParameter: Operation.Parameter {
    Operation.Parameter(
      name: key, place: .path, isRequired: true, schema: order.schema, meaning: title.0)
  }

  func operation(of step: Step) -> Operation {
    var operation = Operation(
      id: step.verb + name, method: "POST",
      path: step.isOpening ? "/v1/\(path)" : "\(itemPath)/\(step.name)", tag: path,
      title: step.title)
    operation.roles = step.roles
    operation.parameters =
      step.isOpening
      ? [.idempotencyKey, .prefer] : [keyParameter, .idempotencyKey, .ifMatch, .prefer]
    operation.body = .init(
      schema: Schema.reference(schemaName(of: step)), example: step.example)
    operation.status = step.isOpening ? 201 : 200
    operation.success = .init(schema: Schema.reference(name), example: nil)
    operation.problems =
      Operation.writeProblems
      + [
        .keyMissing, .keyReused, .wrongParty, .notFound, .wrongState, .tooEarly, .pastDeadline,
        .wrongCode, .noCapacity, .ruleNotMet, .exists, .stepwise,
      ] + (step.isOpening ? [] : [.changedMeanwhile, .versionMissing])
    return operation
  }

  private func schemaName(of step: Step) -> String {
    let verb = step.verb
    return name + verb.prefix(1).uppercased() + verb.dropFirst()
  }
}

extension Step {
  /// The name as operations have it: `due-diligence` is `dueDiligence`.
  fileprivate var verb: String {
    let words = name.split(separator: "-")
    return words.enumerated().map { index, word in
      index == 0 ? String(word) : word.prefix(1).uppercased() + word.dropFirst()
    }.joined()
  }

  fileprivate var example: JSON {
    fields.filter { $0.isRequired || $0.isShown }.example
  }
}
