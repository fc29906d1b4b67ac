import Allocation
import Postgres

// What an office does: consultations, rounds, policies, and what takes two persons.

extension PostStory {
  private static func session(
    _ operation: String, _ step: String, _ body: String = "{}", effect: SQL
  ) -> PostCase {
    .step(
      operation, step, on: "SELECT '/v1/consultations/341800-2026-11-28'",
      by: "SELECT 'natural_resources'", body, effect: effect)
  }

  private static let planning = PostCase.opening(
    "planConsultation", "/v1/consultations", by: "natural_resources",
    #"{"session_on":"2026-11-28"}"#, effect: "SELECT count(*) FROM land.session")

  static let sessions = PostStory(
    name: "a consultation", today: "2026-11-28",
    cases: [
      planning,
      {
        // Drawn anew from the same round, the agenda is the same: nothing is left to record.
        var draft = session(
          "draftConsultation", "draft", effect: "SELECT count(*) FROM land.agenda_item")
        (draft.growth, draft.events) = (0, 0)
        return draft
      }(),
      session(
        "openConsultation", "open", #"{"attending":["office","natural_resources"]}"#,
        effect: "SELECT count(*) FROM land.session WHERE state = 'open'"),
      session(
        "decideConsultation", "decide",
        #"{"kind":"assign_task","department":"county:341881","working_days":5,"note":"清理地块"}"#,
        effect: "SELECT count(*) FROM land.decision"),
      .step(
        "finishTask", "finish", on: "SELECT '/v1/tasks/' || decision_id FROM land.task",
        by: "SELECT 'county:341881'", #"{"result":"已清理"}"#,
        effect: "SELECT count(*) FROM land.task WHERE state = 'done'"),
      session(
        "closeConsultation", "close",
        effect: "SELECT count(*) FROM land.session WHERE state = 'closed'"),
    ])

  static let lists = PostStory(
    name: "the list of chains, the prime rate, conflicts of interest",
    cases: [
      .opening(
        "recordChainAbsence", "/v1/chain-absences", by: "industry",
        #"{"chain":"C02","from":"2026-12-01","reason":"调整","document_no":"X","jurisdiction":"341800"}"#,
        effect: "SELECT count(*) FROM finance.chain_absence"),
      .step(
        "returnChainAbsence", "return",
        on: "SELECT '/v1/chain-absences/' || absence_id FROM finance.chain_absence",
        by: "SELECT 'industry'", #"{"from":"2026-12-15"}"#,
        effect: "SELECT count(*) FROM finance.chain_absence WHERE NOT upper_inf(period)"),
      .opening(
        "publishPrimeRate", "/v1/prime-rates", by: "finance_office",
        #"{"published_on":"2026-11-30","one_year_pct":"3.05","five_year_pct":"3.55","source":"公告"}"#,
        effect: "SELECT count(*) FROM reference.lpr"),
      .step(
        "correctPrimeRate", "correct", on: "SELECT '/v1/prime-rates/2026-11-30'",
        by: "SELECT 'finance_office'",
        #"{"one_year_pct":"3.00","five_year_pct":"3.50","source":"更正"}"#,
        effect: "SELECT count(*) FROM reference.lpr WHERE one_year_pct = 3.00 AND source = '更正'"),
      .opening(
        "recordConflict", "/v1/conflicts", by: "science_technology",
        #"{"uscc":"91341802CR63F0WT2P","university":"4134010357","kind":"founded","#
          + #""evidence":"工商登记","since":"2024-03-01"}"#,
        effect: "SELECT count(*) FROM registry.conflicts_of_interest"),
      .step(
        "endConflict", "end",
        on: "SELECT '/v1/conflicts/' || id FROM registry.conflicts_of_interest",
        by: "SELECT 'science_technology'", #"{"until":"2026-11-30"}"#,
        effect: "SELECT count(*) FROM registry.conflicts_of_interest WHERE until IS NOT NULL"),
    ])

  static let movedSession = PostStory(
    name: "a consultation that is moved", today: "2026-11-27",
    cases: [
      planning,
      session(
        "moveConsultation", "move", #"{"held_on":"2026-12-05","reason":"防汛"}"#,
        effect: "SELECT count(*) FROM land.session_move"),
    ])

  static let wishes = PostStory(
    name: "rounds and what-ifs",
    cases: [
      .opening(
        "startRound", "/v1/rounds", by: "office", #"{"mechanism":"rotation"}"#,
        effect: "SELECT count(*) FROM allocation.queued_round"),
      {
        var wish = PostCase(
          operation: "askWhatIf", by: "SELECT 'natural_resources'",
          path: """
            SELECT '/v1/rounds/' || round_id || '/what-if' FROM allocation.round
            WHERE mechanism = 'land'
            """,
          body: """
            SELECT '{"changes":[{"change":"quota","region":"341802","kind":"construction_land","by":50}]}'
            """,
          effect: "SELECT count(*) FROM allocation.round")
        (wish.growth, wish.events) = (0, 0)
        return wish
      }(),
    ])

  private static func asking(
    _ operation: String, path: SQL, body: SQL, role: Role = .clerk
  ) -> PostCase {
    var asked = PostCase(
      operation: operation, by: "SELECT 'office'", path: path, body: body,
      effect: "SELECT count(*) FROM allocation.act WHERE state = 'asked'")
    (asked.role, asked.person) = (role, "li")
    return asked
  }

  /// Of the act that waits.
  private static func deciding(
    _ operation: String, _ step: String, _ body: SQL, _ state: String, _ role: Role,
    _ person: String
  ) -> PostCase {
    var decided = PostCase(
      operation: operation, by: "SELECT 'office'",
      path: "SELECT '/v1/acts/' || act_id FROM allocation.act WHERE state = 'asked'",
      body: body, effect: "SELECT count(*) FROM allocation.act WHERE state = \(state)")
    (decided.step, decided.role, decided.person) = (step, role, person)
    return decided
  }

  static let acts = PostStory(
    name: "policies and what takes two persons",
    cases: [
      {
        var draft = PostCase.opening(
          "draftPolicy", "/v1/policies", by: "office",
          #"{"base":2,"title":"草案","parameters":{"land.clock.answer":7}}"#,
          effect: "SELECT count(*) FROM policy.versions")
        draft.role = .clerk
        return draft
      }(),
      asking(
        "askPolicyApproval",
        path: "SELECT '/v1/policies/' || max(version) || '/approval' FROM policy.versions",
        body: #"SELECT '{"in_force_from":"2099-01-01"}'"#),
      deciding(
        "refuseAct", "refuse", #"SELECT '{"note":"有误"}'"#, "refused", .approver, "wang"),
      asking(
        "askPublication",
        path: "SELECT '/v1/rounds/' || max(round_id) || '/publication' FROM allocation.round",
        body: """
          SELECT json_build_object('content_digest', content_digest::text)::text
          FROM allocation.round ORDER BY round_id DESC LIMIT 1
          """),
      deciding(
        "approveAct", "approve",
        """
        SELECT json_build_object('content_digest', content_digest::text)::text
        FROM allocation.act WHERE state = 'asked'
        """, "approved", .approver, "wang"),
      asking(
        "askOverride", path: "SELECT '/v1/overrides'",
        body: """
          SELECT json_build_object('kind', 'change_banks', 'content', json_build_object(
            'chain', chain, 'lead', partner, 'partner', lead, 'from', '2026-12-01',
            'reason', '主办行申请', 'document_no', '宣金〔2026〕18号'))::text
          FROM finance.chain_bank WHERE chain = 'C01'
          """),
      deciding("withdrawAct", "withdraw", "SELECT '{}'", "withdrawn", .clerk, "li"),
    ])
}
