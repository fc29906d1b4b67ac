public import Allocation
public import ArgumentParser
public import Postgres

// How values of other modules are read from the command line.

extension DateOnly: ExpressibleByArgument {
  /// `2026-11-20`.
  public init?(argument: String) {
    self.init(text: argument)
  }
}

extension MechanismName: ExpressibleByArgument {}

extension Term: ExpressibleByArgument {
  /// `2026`.
  public init?(argument: String) {
    self.init(text: argument)
  }
}

extension ProjectStage: ExpressibleByArgument {}

extension Placement.Grade: ExpressibleByArgument {}

extension Placement.Choice: ExpressibleByArgument {}

extension AppointmentOutcome.Kind: ExpressibleByArgument {}

extension ReviewGrade: ExpressibleByArgument {}

extension ExpertConflict.Kind: ExpressibleByArgument {}

extension Role: ExpressibleByArgument {}

extension Numeric: ExpressibleByArgument {
  /// `12.5`.
  public init?(argument: String) {
    self.init(text: argument)
  }
}

extension Language: ExpressibleByArgument {
  /// `zh`, `zh-CN`, `en`, `en-GB` …
  public init?(argument: String) {
    self.init(rawValue: String(argument.lowercased().prefix(2)))
  }
}
