import Postgres
import Testing

@testable import Allocation

/// What is left of the lives that a mechanism leads: their tables, their reminders, and what was done when.
struct LifeTrace {
  /// Where a mechanism keeps its lives, and when what it reminds of is done.
  struct Plan {
    let mechanism: MechanismName
    /// The name in a reminder's payload of whose life it is.
    let subject: String
    /// Every value of the tables, as lines of text.
    let tables: SQL
    /// Subject, state and day of each step, in order.
    let steps: SQL
    /// Subject, due day and day of each review.
    let reviews: SQL
    /// The states that end a life, each with the days after it for which it still runs.
    let ends: [String: Int]
    /// What makes an end of a kind of reminder; news, which stay, have no entry.
    let closing: [String: [Closing]]
  }

  /// After what a reminder tells of nothing that is still to be done.
  enum Closing {
    /// The life has ended.
    case end
    /// The review of that day is held.
    case review
    /// A state is reached.
    case step(String)
    /// What follows a state is reached.
    case stepAfter(String)
  }

  struct Reminder: Decodable {
    let subject, department, kind: String
    let occasion: String?
    let dueOn, raisedOn: DateOnly

    var what: String { "\(subject) \(kind) \(occasion ?? "-") \(dueOn) \(department)" }
  }

  private struct Step: Decodable {
    let subject, state: String
    let reachedOn: DateOnly
  }

  private struct Review: Decodable {
    let subject: String
    let dueOn: DateOnly
    let reviewedOn: DateOnly?
  }

  let tables: [String]
  let reminders: [Reminder]
  private let plan: Plan
  private let steps: [Step]
  private let reviews: [Review]

  init(_ plan: Plan, _ superuser: Pool) async throws {
    self.plan = plan
    tables = try await superuser.query("\(plan.tables) ORDER BY 1").decode(String.self)
    reminders = try await superuser.query(
      """
      SELECT payload ->> \(plan.subject) AS subject, department, kind,
        payload ->> 'occasion' AS occasion, due_on AS "dueOn", raised_on AS "raisedOn"
      FROM allocation.outbox WHERE mechanism = \(plan.mechanism.rawValue) ORDER BY reminder_id
      """
    ).records(as: Reminder.self)
    steps = try await superuser.query(plan.steps).records(as: Step.self)
    reviews = try await superuser.query(plan.reviews).records(as: Review.self)
  }

  /// The nights after a first day: each so many days, and the last day.
  static func nights(after first: DateOnly, to last: DateOnly, every interval: Int) -> [DateOnly] {
    var nights: [DateOnly] = []
    var date = first.adding(days: 1)
    while date <= last {
      if first.days(until: date) % interval == 0 || date == last { nights.append(date) }
      date = date.adding(days: 1)
    }
    return nights
  }

  /// Expects that late nights have left what these nights in time have: the same tables, and those of the
  /// reminders that tell of what is still to be done when a night comes, or of what has happened.
  ///
  /// - Returns: the reminders that are expected of the late nights.
  @discardableResult
  func expectSame(_ late: LifeTrace, nights: [DateOnly]) -> [Reminder] {
    #expect(Set(tables).symmetricDifference(late.tables).sorted() == [])
    #expect(tables.count == late.tables.count)
    let expected = reminders.filter { reminder in
      let night = nights.first { reminder.raisedOn <= $0 }
      return night.map { isOpen(reminder, on: $0) } ?? false
    }
    #expect(expected.map(\.what).sorted() == late.reminders.map(\.what).sorted())
    #expect(expected.count < reminders.count)
    #expect(late.reminders.count == Set(late.reminders.map(\.what)).count)
    return expected
  }

  private func isOpen(_ reminder: Reminder, on night: DateOnly) -> Bool {
    !(plan.closing[reminder.kind] ?? []).contains { closes($0, reminder, on: night) }
  }

  private func closes(_ closing: Closing, _ reminder: Reminder, on night: DateOnly) -> Bool {
    let own = steps.filter { $0.subject == reminder.subject }
    switch closing {
    case .end:
      return own.contains { step in
        plan.ends[step.state].map { step.reachedOn.adding(days: $0) <= night } ?? false
      }
    case .review:
      return reviews.contains {
        $0.subject == reminder.subject && $0.dueOn == reminder.dueOn
          && $0.reviewedOn.map { $0 <= night } ?? false
      }
    case .step(let state):
      return own.contains { $0.state == state && $0.reachedOn <= night }
    case .stepAfter(let state):
      let opened = own.lastIndex { $0.state == state && $0.reachedOn <= reminder.raisedOn }
      guard let opened, let next = own.dropFirst(opened + 1).first else { return opened == nil }
      return next.reachedOn <= night
    }
  }
}
