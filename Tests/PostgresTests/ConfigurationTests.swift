import Testing

@testable import Postgres

@Suite struct ConfigurationTests {
  @Test func anAddressIsTakenApart() throws {
    let configuration = try Configuration(environment: [
      "DATABASE_URL": "postgres://me:s%20cret@db.example:5433/office?sslmode=require",
      "PGHOST": "ignored",
    ])
    #expect(configuration.parameters["host"] == "db.example")
    #expect(configuration.parameters["port"] == "5433")
    #expect(configuration.parameters["password"] == "s cret")
    #expect(configuration.parameters["sslmode"] == "require")
  }

  @Test func aBadAddressIsRefusedWithoutRepeatingIt() {
    for address in ["mysql://x", "postgres://u:secret@[::1"] {
      let error = #expect(throws: PostgresError.self) {
        try Configuration(environment: ["DATABASE_URL": address])
      }
      #expect(error?.debugDescription.contains("secret") == false)
    }
  }

  @Test func noPasswordIsShown() throws {
    let configuration = try Configuration(environment: ["DATABASE_URL": "postgres://u:secret@h/d"])
    #expect("\(configuration)" == "postgres://u@h/d")
    #expect(!String(reflecting: configuration).contains("secret"))
  }

  @Test func libpqVariablesAreTakenFromTheGivenEnvironment() throws {
    let configuration = try Configuration(environment: ["PGHOST": "/run", "PGUSER": "me"])
    #expect(configuration.parameters == ["host": "/run", "user": "me"])
  }

  @Test func itIsKnownWhetherADatabaseIsNamed() {
    #expect(!Configuration.isGiven(in: ["HOME": "/", "DATABASE_URL": ""]))
    #expect(Configuration.isGiven(in: ["DATABASE_URL": "postgres:///x"]))
    #expect(Configuration.isGiven(in: ["PGSERVICE": "office"]))
  }

  @Test func settingsAndRoleBecomeServerOptions() {
    let configuration = Configuration(
      parameters: ["options": "-c a=1"], role: "two words",
      settings: ["TimeZone": "Asia/Shanghai", "application_name": "nightly"])
    let parameters = configuration.connectionParameters()
    #expect(parameters["options"] == #"-c a=1 -c TimeZone=Asia/Shanghai -c role=two\ words"#)
    #expect(parameters["application_name"] == "nightly")
  }
}
