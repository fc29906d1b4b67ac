import Matching
public import Postgres

/// A stored round's problem in the instance format of contract 4.1.
public struct ProblemExport: Sendable {
  /// The instance file.
  public let text: String
  /// CSV that maps the numbers of the file to codes: `kind,number,option,code`.
  public let names: String

  /// Reads a round's problem.
  ///
  /// - Throws: ``RoundError/notFound(_:)``.
  public static func load(_ id: Int, from connection: Connection) async throws -> ProblemExport {
    let round = try await StoredRound.load(id, from: connection)
    return ProblemExport(text: instance(round), names: names(round))
  }

  private static func instance(_ round: StoredRound) -> String {
    let options = Dictionary(grouping: round.options, by: \.request)
    let uses = Dictionary(grouping: round.uses) { "\($0.request)/\($0.option)" }
    var lines = ["alloc", "\(round.requests.count) \(round.rows.count)"]
    lines += round.rows.map { "\($0.lower) \($0.upper) \($0.penalty)" }
    for request in round.requests {
      let own = options[request.number] ?? []
      lines.append("\(own.count)")
      lines += own.map { option in
        let taken = uses["\(option.request)/\(option.option)"] ?? []
        return (["\(option.score) \(taken.count)"] + taken.map { "\($0.row) \($0.amount)" })
          .joined(separator: " ")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func names(_ round: StoredRound) -> String {
    var lines = ["kind,number,option,code"]
    lines += round.rows.map { "row,\($0.number),,\($0.name)" }
    lines += round.requests.map { "request,\($0.number),,\($0.request)" }
    lines += round.options.map { "option,\($0.request),\($0.option),\($0.resource)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
