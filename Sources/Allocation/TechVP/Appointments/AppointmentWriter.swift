import Postgres

/// Writes a step that was judged possible.
struct AppointmentWriter {
  let connection: Connection
  let standing: AppointmentStanding
  let party: String
  let note: String?
  let date: DateOnly
  let clocks: AppointmentClocks

  func write(_ step: AppointmentStep) async throws {
    switch step {
    case .consent: break  // the offer's desk has written it
    case .agree(let documentNo, let startsOn, let months):
      try await agree(documentNo, startsOn, months ?? standing.askedMonths)
    case .start: try await move(to: .active)
    case .review(let grade, let year): try await review(grade, year)
    case .log(let days, let month): try await log(days, month)
    case .outcome(let outcome): try await record(outcome)
    case .renew(let months): try await renew(months ?? standing.askedMonths)
    case .end(let code): try await end(code)
    }
  }

  private func move(to state: AppointmentState, _ more: SQL = "") async throws {
    try await connection.execute(
      """
      UPDATE techvp.appointment SET state = \(state.rawValue), state_on = \(date),
        answered_by = \(party), note = coalesce(\(note)::text, note)\(more)
      WHERE appointment_id = \(standing.appointmentID)
      """)
  }

  private func agree(_ documentNo: String, _ startsOn: DateOnly, _ months: Int) async throws {
    try await move(
      to: .agreed,
      """
      , agreement_no = \(documentNo), starts_on = \(startsOn), months = \(months)::smallint,
        ends_on = (\(startsOn)::date + make_interval(months => \(months)::integer))::date - 1
      """)
  }

  private func end(_ code: String) async throws {
    let known = try await connection.query(
      """
      SELECT code FROM allocation.answer_code
      WHERE mechanism = 'techvp' AND 'release' = ANY (answers)
      ORDER BY code COLLATE "C"
      """
    ).decode(String.self)
    guard known.contains(code) else { throw AppointmentRefusal.code(code, known: known) }
    try await move(to: .ended, ", end_code = \(code)")
  }

  private func review(_ grade: ReviewGrade, _ year: Int?) async throws {
    let open = try await connection.query(
      """
      SELECT year_no::bigint, due_on FROM techvp.review
      WHERE appointment_id = \(standing.appointmentID) AND grade IS NULL
        AND year_no = coalesce(\(year)::integer, year_no)
      ORDER BY year_no LIMIT 1
      """
    ).decode(Int.self, DateOnly.self)
    guard let (number, dueOn) = open.first else {
      throw AppointmentRefusal.noReview(standing.request, year: year)
    }
    let from = dueOn.adding(days: -clocks.review)
    guard date >= from else {
      throw AppointmentRefusal.reviewTooEarly(standing.request, year: number, from: from)
    }
    try await connection.execute(
      """
      UPDATE techvp.review SET grade = \(grade.rawValue), reviewed_on = \(date),
        reviewed_by = \(party), note = \(note)
      WHERE appointment_id = \(standing.appointmentID) AND year_no = \(number)::smallint
      """)
  }

  private func log(_ days: Int, _ month: DateOnly) async throws {
    try await connection.execute(
      """
      INSERT INTO techvp.site_days AS d (appointment_id, month, days, logged_on, logged_by, note)
      VALUES (\(standing.appointmentID), date_trunc('month', \(month)::date)::date,
        \(days)::smallint, \(date), \(party), \(note))
      ON CONFLICT (appointment_id, month) DO UPDATE
      SET days = excluded.days, logged_on = excluded.logged_on, logged_by = excluded.logged_by,
        note = excluded.note
      WHERE d.days <> excluded.days OR d.note IS DISTINCT FROM coalesce(excluded.note, d.note)
        -- Logged as a whole now, and not before: a change from here on says why.
        OR (excluded.logged_on >= (d.month + interval '1 month')::date
          AND d.logged_on < (d.month + interval '1 month')::date)
      """)
  }

  private func record(_ outcome: AppointmentOutcome) async throws {
    try await connection.execute(
      """
      INSERT INTO techvp.outcome (appointment_id, kind, title, reached_on, value_wan, document_no,
        recorded_by)
      VALUES (\(standing.appointmentID), \(outcome.kind.rawValue), \(outcome.title), \(date),
        \(outcome.valueWan), \(outcome.documentNo), \(party))
      """)
  }

  /// A renewal is a request of its own, for the day after the term; the pair comes first with each
  /// other in the round that it joins.
  private func renew(_ months: Int) async throws {
    let number = try await connection.query(
      """
      SELECT q.number || '-R' || (1 + (
        SELECT count(*) FROM registry.expert_requests o
        WHERE starts_with(o.number, q.number || '-R')))
      FROM registry.expert_requests q WHERE q.number = \(standing.request)
      """
    ).only(String.self)
    try await connection.execute(
      """
      INSERT INTO registry.expert_requests (number, uscc, submitted_on, problem, fields, min_title,
        days_per_month, start_on, months)
      SELECT \(number), q.uscc, \(date), q.problem, q.fields, q.min_title, q.days_per_month,
        \(standing.endsOn)::date + 1, \(months)::smallint
      FROM registry.expert_requests q WHERE q.number = \(standing.request)
      """)
    try await connection.execute(
      """
      UPDATE techvp.appointment SET renewal_months = \(months)::smallint,
        renewal_request = \(number)
      WHERE appointment_id = \(standing.appointmentID)
      """)
  }
}
