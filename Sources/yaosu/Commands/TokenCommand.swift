import Allocation
import ArgumentParser
import Postgres

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Issue, list and revoke the tokens with which departments call the HTTP API.",
    subcommands: [Create.self, List.self, Revoke.self])
}

extension TokenCommand {
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Issue a token. It is printed once and stored only as a digest.",
      discussion: """
        Departments: office, natural_resources, finance_office, science_technology, \
        human_resources, industry, development_reform, investment, housing, supervision, audit; \
        and county:341802, bank:102377000001, university:4134010359, institution:NAME once the \
        registry holds them.

        Roles: reader reads without names of persons; clerk also creates and changes the \
        department's rows; owner also answers offers; approver reads and approves; auditor reads \
        the audit only; admin sees departments and tokens only.

          yaosu token create --department university:4134010359 --role owner --expires 2027-06-30
        """)

    @Option(help: "The department's code.")
    var department: String

    @Option(help: "The role: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
    var role: Role

    @Option(
      help: "The last day on which the token counts (default: \(TokenDesk.lifetime) days from now)."
    )
    var expires: DateOnly?

    @Option(
      help: ArgumentHelp(
        "The prefecture to which the token is bound, or all.",
        discussion: "Needed where the department is at work in more than one."))
    var jurisdiction: String?

    @Option(
      help: ArgumentHelp(
        "Who bears the token: a staff number, as the identity provider's tokens have it in sub.",
        discussion: "Needed to ask for or approve what takes two persons."))
    var person: String?

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      if let person, person.allSatisfy(\.isWhitespace) || person.unicodeScalars.count > 255 {
        throw ValidationError("--person must name somebody, in at most 255 characters.")
      }
    }

    func run() async throws {
      let wish = TokenDesk.Wish(
        department: department, role: role, jurisdiction: jurisdiction, expiresOn: expires,
        person: person)
      let output = output
      try await database.withDatabase { database in
        try await database.requireSchema()
        let (secret, record) = try await TokenDesk(pool: database.pool)
          .issue(wish, by: "yaosu token")
        Progress.say(
          "token \(record.id): \(record.role.rawValue) of \(record.department), "
            + "\(record.jurisdiction ?? "every prefecture"), until \(record.expiresOn). "
            + "It is not shown again.")
        try output.show(Issued(token: secret.text, record)) { [secret.text] }
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the tokens; never the secrets.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let output = output
      try await database.withDatabase { database in
        try await database.requireSchema()
        let records = try await TokenDesk(pool: database.pool).list()
        try output.show(Listed(tokens: records)) {
          records.map { token in
            "\(token.id)\t\(token.hint)…\t\(token.department)\t\(token.role.rawValue)\t"
              + "\(token.jurisdiction ?? "*")\t\(token.expiresOn)\t\(token.state)\t\(token.person ?? "-")"
          }
        }
      }
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Revoke a token for good; it stops counting at once.")

    @Argument(help: "The token's number, as `yaosu token list` shows it.")
    var id: Int

    @Option(help: "Why, for the audit.")
    var cause = "revoked"

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let (id, cause, output) = (id, cause, output)
      try await database.withDatabase { database in
        try await database.requireSchema()
        try await TokenDesk(pool: database.pool).revoke(id, by: "yaosu token", cause: cause)
        try output.show(["revoked": id]) { ["token \(id) is revoked"] }
      }
    }
  }
}

/// A new token with its record, as one JSON object.
private struct Issued: Encodable {
  let token: String
  let id: Int
  let department: String
  let role: Role
  let jurisdiction: String?
  let expiresOn: DateOnly

  init(token: String, _ record: TokenDesk.Record) {
    self.token = token
    id = record.id
    department = record.department
    role = record.role
    jurisdiction = record.jurisdiction
    expiresOn = record.expiresOn
  }
}

private struct Listed: Encodable {
  let tokens: [TokenDesk.Record]
}
