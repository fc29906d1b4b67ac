internal import Allocation
internal import Postgres

extension Record {
  /// A chain of the registry is on the list unless it is off it here. It comes onto the list by its
  /// import, and gets its banks by the next designation.
  static let chainAbsences = Record(
    path: "chain-absences", name: "ChainAbsence",
    title: ("产业链退出清单", "Periods in which a chain is off the list"), key: "absence_id",
    order: .number, isNewestFirst: true,
    filters: [
      Filter("chain", .text), Filter("begun_by", .day, column: "off_from", relation: "<="),
    ],
    schema: Schema.object(
      [
        ("absence_id", number), ("jurisdiction", text), ("chain", text), ("off_from", day),
        (
          "on_from",
          [
            "type": ["string", "null"], "format": "date",
            "description": "The first day on the list again; null while that is open.",
          ]
        ), ("reason", text), ("document_no", text), ("etag", text),
      ], required: ["absence_id", "jurisdiction", "chain", "off_from", "etag"]),
    isReadable: true,
    life: Life(
      counted: "finance.chain_absence",
      lock: { id in
        """
        SELECT finance.lock_chain(t.jurisdiction, t.chain) FROM finance.chain_absence t
        WHERE t.absence_id = \(id)::bigint
        """
      }, steps: [leaving, returning])
  ) { _ in
    """
    SELECT a.absence_id, a.jurisdiction, a.chain, lower(a.period) AS off_from,
      upper(a.period) AS on_from, a.reason, a.document_no, a.event_id::text AS etag
    FROM finance.chain_absence a
    """
  }

  private static let keepers: Set<String> = ["industry", "office"]

  private static let leaving = Step(
    name: "record",
    title: ("产业链退出清单，其两行随之终止", "Take a chain off the list: its two banks end with it"),
    kinds: keepers, isOpening: true,
    fields: [
      StepField("chain", .code, "产业链编号", "C01"),
      StepField("from", .day, "不在清单上的首日", "2026-12-01"),
      StepField("reason", .text, "理由", "产业调整"), .documentNo, .jurisdiction,
    ]
  ) { entry in
    let absence = try await ChainListDesk(on: entry.connection).leave(
      try StepWords.required(entry.words.text("chain")), in: try entry.jurisdiction(),
      from: try StepWords.required(entry.words.day("from")),
      reason: try StepWords.required(entry.words.text("reason")),
      documentNumber: try StepWords.required(entry.words.text("document_no")))
    return "\(absence)"
  }

  private static let returning = Step(
    name: "return",
    title: ("重新列入清单，两行须另行确定", "Put the chain back on the list; its banks are designated anew"),
    kinds: keepers, fields: [StepField("from", .day, "重新列入的首日", "2027-01-01")]
  ) { entry in
    let (chain, jurisdiction, isOpen) = try await entry.connection.query(
      """
      SELECT chain, jurisdiction, upper_inf(period) FROM finance.chain_absence
      WHERE absence_id = \(try entry.number())
      """
    ).only(String.self, String.self, Bool.self)
    // A chain's later absence is not this one.
    guard isOpen else { throw ChainListError.listed(chain: chain) }
    try await ChainListDesk(on: entry.connection).comeBack(
      chain, in: jurisdiction, from: try StepWords.required(entry.words.day("from")), reason: "")
    return nil
  }
}
