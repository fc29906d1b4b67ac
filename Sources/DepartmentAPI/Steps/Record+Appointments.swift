internal import Allocation
internal import Postgres

extension Record {
  static let appointments = Record(
    path: "appointments", name: "Appointment", title: ("聘任：科技副总的任期", "Appointments of tech VPs"),
    key: "appointment_id", order: .number, isNewestFirst: true,
    filters: [
      Filter("state", .text), Filter("request", .text), Filter("expert", .text),
      Filter("university", .text), Filter("uscc", .text),
    ],
    schema: Schema.object(
      [
        ("appointment_id", number), ("offer_id", number), ("request", text), ("uscc", text),
        ("expert", text), ("university", text), ("days_per_month", number),
        ("state", words(AppointmentState.self)), ("state_on", day), ("agreement_no", textOrNull),
        ("starts_on", dayOrNull),
        ("months", numberOrNull), ("ends_on", dayOrNull), ("renewal_months", numberOrNull),
        ("renewal_request", textOrNull), ("renews_appointment_id", numberOrNull),
        ("end_code", textOrNull), ("note", textOrNull), ("reviews", parts), ("site_days", parts),
        ("outcomes", parts), ("history", historySchema), ("next_states", textsSchema),
        ("etag", text),
      ], required: ["appointment_id", "state", "etag"]),
    isReadable: true,
    life: Life(
      counted: "techvp.appointment",
      lock: { id in
        """
        SELECT techvp.lock_appointment(t.request) FROM techvp.appointment t
        WHERE t.appointment_id = \(id)::bigint
        """
      }, steps: appointmentSteps)
  ) { _ in
    """
    SELECT a.appointment_id, a.offer_id, a.request, a.uscc, a.expert, a.university,
      a.days_per_month, a.state, a.state_on, a.agreement_no, a.starts_on, a.months, a.ends_on,
      a.renewal_months, a.renewal_request, a.renews AS renews_appointment_id, a.end_code, a.note,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('year', r.year_no, 'due_on', r.due_on,
        'grade', r.grade, 'reviewed_on', r.reviewed_on) ORDER BY r.year_no), '[]')
        FROM techvp.review r WHERE r.appointment_id = a.appointment_id) AS reviews,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('month', d.month, 'days', d.days)
        ORDER BY d.month), '[]')
        FROM techvp.site_days d WHERE d.appointment_id = a.appointment_id) AS site_days,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', o.kind, 'title', o.title,
        'reached_on', o.reached_on, 'value_wan', o.value_wan, 'document_no', o.document_no)
        ORDER BY o.outcome_id), '[]')
        FROM techvp.outcome o WHERE o.appointment_id = a.appointment_id) AS outcomes,
      \(history("techvp.appointment_step", "s.appointment_id = a.appointment_id")) AS history,
      \(next("techvp.appointment_arrow", "a.state")) AS next_states,
      greatest(a.event_id,
        (SELECT max(r.event_id) FROM techvp.review r WHERE r.appointment_id = a.appointment_id),
        (SELECT max(d.event_id) FROM techvp.site_days d
          WHERE d.appointment_id = a.appointment_id),
        (SELECT max(o.event_id) FROM techvp.outcome o
          WHERE o.appointment_id = a.appointment_id))::text AS etag
    FROM techvp.appointment a
    """
  }

  static let parts: JSON = ["type": "array", "items": ["type": "object"]]

  private static let office: Set<String> = ["science_technology", "office"]
  private static let months = StepField("months", StepField.whole(12...36), "聘期（月）", 24).optional

  private static let appointmentSteps = [
    step("consent", ("高校同意", "The university consents"), [.note], kinds: ["university"]) { _ in
      .consent
    },
    step(
      "agree", ("签订三方协议", "The three parties have signed"),
      [
        StepField("agreement_no", .code, "三方协议文号", "三方〔2026〕7号"),
        StepField("starts_on", .day, "聘期起日", "2026-12-01"), months, .note,
      ], kinds: office.union(["university"])
    ) { words in
      .agree(
        documentNo: try StepWords.required(words.text("agreement_no")),
        startsOn: try StepWords.required(words.day("starts_on")),
        months: words.whole("months").map { Int($0) })
    },
    step(
      "start", ("到岗", "The expert has begun"), [.note, .on],
      kinds: office.union(["university", "county"])
    ) { _ in .start },
    step(
      "review", ("年度考核", "Review a year"),
      [
        StepField("grade", .word(ReviewGrade.allCases.map(\.rawValue)), "等次", "passed"),
        StepField("year", StepField.whole(1...3), "第几年；默认最早未考核的一年", 1).optional, .note, .on,
      ], kinds: office.union(["county"])
    ) { words in
      .review(
        grade: try StepWords.required(words.word("grade")),
        year: words.whole("year").map { Int($0) })
    },
    step(
      "log-days", ("填报到岗天数", "Log the days on site of a month"),
      [
        StepField("days", StepField.whole(0...31), "到岗天数", 5),
        StepField("month", .day, "月份：该月任何一天", "2026-12-01"), .note,
      ], kinds: ["university", "county"]
    ) { words in
      .log(
        days: Int(try StepWords.required(words.whole("days"))),
        month: try StepWords.required(words.day("month")))
    },
    step(
      "outcome", ("登记成果", "Record what came of it"),
      [
        StepField(
          "kind", .word(AppointmentOutcome.Kind.allCases.map(\.rawValue)), "类别", "contract"),
        StepField("title", .text, "名称", "联合研发"),
        StepField("value_wan", StepField.whole(0...1_000_000_000), "合同金额（万元）；合同须有", 120)
          .optional,
        StepField("document_no", .code, "专利号或合同号", "HT-2026-1").optional, .on,
      ], kinds: office.union(["university", "county"])
    ) { words in
      .outcome(
        AppointmentOutcome(
          try StepWords.required(words.word("kind")),
          title: try StepWords.required(words.text("title")), valueWan: words.whole("value_wan"),
          documentNo: words.text("document_no")))
    },
    step(
      "renew", ("商定续聘", "All three wish to go on"), [months, .note],
      kinds: office.union(["university"])
    ) { words in .renew(months: words.whole("months").map { Int($0) }) },
    step(
      "end", ("提前终止", "End the term before its time"), [.code, .note, .on],
      kinds: office.union(["university", "county"])
    ) { words in .end(code: try StepWords.required(words.text("code"))) },
  ]

  private static func step(
    _ name: String, _ title: (String, String), _ fields: [StepField], kinds: Set<String>,
    _ step: @escaping @Sendable (StepWords) throws -> AppointmentStep
  ) -> Step {
    Step(name: name, title: title, kinds: kinds, fields: fields) { entry in
      let id = try entry.number()
      let request = try await entry.connection.query(
        "SELECT request FROM techvp.appointment WHERE appointment_id = \(id)"
      ).only(String.self)
      try await AppointmentDesk(on: entry.connection).record(
        try step(entry.words), request: request, appointment: id, by: entry.caller.department,
        note: entry.words.text("note"), on: try entry.date())
      return nil
    }
  }
}
