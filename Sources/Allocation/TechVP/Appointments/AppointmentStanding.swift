import Postgres

/// An appointment as it stands, for whoever reports a step.
struct AppointmentStanding: Decodable, Sendable {
  let appointmentID: Int
  let offerID: Int
  let request: String
  let expert: String
  let university: String
  let state: AppointmentState
  let stateOn: DateOnly
  let askedMonths: Int
  let startsOn: DateOnly?
  let endsOn: DateOnly?
  let renewalRequest: String?
  /// The grade of the latest review.
  let lastGrade: ReviewGrade?
}

extension AppointmentStanding {
  /// Months that a term lasts.
  static let months = 12...36

  /// Whether the step is possible in this state and on this day: a pure function. What only the
  /// database can know — other terms of the expert, conflicts of interest — it says itself.
  ///
  /// - Throws: ``AppointmentRefusal``.
  func judge(
    _ step: AppointmentStep, on date: DateOnly, clocks: AppointmentClocks
  ) throws(AppointmentRefusal) {
    guard step.states.contains(state) else {
      throw .state(request, state, step: step.word, needed: step.states)
    }
    if !step.isRecord, date < stateOn {
      throw .tooEarly(step: step.word, on: date, from: stateOn)
    }
    switch step {
    case .agree(_, let startsOn, let months):
      try Self.checkMonths(months ?? askedMonths)
      guard startsOn >= date else { throw .startBeforeAgreement(startsOn, on: date) }
    case .start:
      if let startsOn, date < startsOn {
        throw .tooEarly(step: step.word, on: date, from: startsOn)
      }
    case .renew(let months):
      try Self.checkMonths(months ?? askedMonths)
      if let renewalRequest { throw .renewedAlready(request, by: renewalRequest) }
      if lastGrade == .failed { throw .failedReview(request) }
      if let endsOn, date > endsOn { throw .termOver(request, endedOn: endsOn) }
      if let endsOn, date < endsOn.adding(days: -clocks.ending) {
        throw .tooEarly(step: step.word, on: date, from: endsOn.adding(days: -clocks.ending))
      }
    case .end:
      if let endsOn, date > endsOn { throw .termOver(request, endedOn: endsOn) }
    case .consent, .review, .log, .outcome: break
    }
  }

  private static func checkMonths(_ months: Int) throws(AppointmentRefusal) {
    guard Self.months.contains(months) else { throw .months(months) }
  }
}

extension AppointmentStep {
  /// The states from which the step is possible.
  var states: [AppointmentState] {
    switch self {
    case .consent: [.offered]
    case .agree: [.consented]
    case .start: [.agreed]
    case .review, .renew: [.active]
    case .log, .outcome: [.active, .completed, .renewed, .ended]
    case .end: [.consented, .agreed, .active]
    }
  }

  /// Whether the step records something of a term and leaves its state.
  var isRecord: Bool {
    switch self {
    case .log, .outcome: true
    default: false
    }
  }
}

/// Days that the policy gives.
struct AppointmentClocks: Sendable {
  /// How long before its due day a review is possible.
  let review: Int
  /// How long before its end a term may be renewed.
  let ending: Int

  /// - Throws: ``PolicyError``.
  init(_ policy: Policy) throws {
    review = try policy.count("techvp.clock.review")
    ending = try policy.count("techvp.clock.ending")
  }
}
