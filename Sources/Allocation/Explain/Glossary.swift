/// The words with which a mechanism is explained, in both languages.
public struct Glossary: Sendable {
  public struct Term: Hashable, Sendable {
    public let chinese: String
    public let english: String

    public init(_ chinese: String, _ english: String) {
      self.chinese = chinese
      self.english = english
    }

    public func text(in language: Language) -> String {
      language == .chinese ? chinese : english
    }
  }

  /// A hard rule: the figure it looks at, and how its failure is put.
  public struct Rule: Hashable, Sendable {
    public let figure: Term
    public let failure: Term
    /// The unit in which a change of the figure is told, where it is a number.
    public let step: Term?

    public init(figure: Term, failure: Term, step: Term? = nil) {
      self.figure = figure
      self.failure = failure
      self.step = step
    }
  }

  /// What a resource is called: 专家 expert.
  public let resource: Term
  /// How it is put that a round chose a resource for a request, and that a request is so served. Where
  /// others decide in the end, the words must not read as if the round had.
  public let offered: Term
  public let served: Term
  /// Hard rules, by code.
  public let rules: [String: Rule]
  /// Kinds of row, by code.
  public let rows: [String: Term]
  /// Kinds of row whose lack is called `quota` or `capacity`; the others are `outbid`.
  public let scarcity: [String: Unserved.Reason]

  public init(
    resource: Term, offered: Term = .init("拟配置", "offered"),
    served: Term = .init("获配", "won"), rules: [String: Rule], rows: [String: Term],
    scarcity: [String: Unserved.Reason]
  ) {
    self.resource = resource
    self.offered = offered
    self.served = served
    self.rules = rules
    self.rows = rows
    self.scarcity = scarcity
  }
}
