import Allocation
import Postgres

// What goes on in steps, from its beginning to its ends.

extension PostStory {
  private static func match(
    _ operation: String, _ step: String, _ request: String, _ body: String = "{}",
    by office: String? = nil, today: String? = nil
  ) -> PostCase {
    .step(
      operation, step,
      on:
        "SELECT '/v1/matches/' || offer_id || '-' || bank FROM finance.match WHERE request = \(request)",
      by: office.map { "SELECT \($0)::text" }
        ?? "SELECT 'bank:' || bank FROM finance.match WHERE request = \(request)",
      body, effect: "SELECT count(*) FROM finance.match_step", today: today)
  }

  static let loans = PostStory(
    name: "a loan that is repaid, and one that is abandoned",
    cases: [
      match("acknowledgeMatch", "acknowledge", "RZ-1"),
      match("dueDiligenceMatch", "due-diligence", "RZ-1"),
      match("approveMatch", "approve", "RZ-1"),
      match("signMatch", "sign", "RZ-1", #"{"rate_pct":"3.85"}"#),
      match("drawMatch", "draw", "RZ-1"),
      match("repayMatch", "repay", "RZ-1", today: "2027-11-29"),
    ])

  static let otherLoans = PostStory(
    name: "loans that are reduced and abandoned, declined, or taken back",
    cases: [
      match("acknowledgeMatch", "acknowledge", "RZ-1"),
      match("dueDiligenceMatch", "due-diligence", "RZ-1"),
      match("reduceMatch", "reduce", "RZ-1", #"{"amount_wan":300}"#),
      match("abandonMatch", "abandon", "RZ-1", #"{"note":"企业另有安排"}"#),
      match("declineMatch", "decline", "RZ-2", #"{"code":"collateral"}"#),
      match("withdrawMatch", "withdraw", "RZ-3", by: "finance_office"),
    ])

  private static func term(
    _ operation: String, _ step: String, _ body: String = "{}", by department: String? = nil,
    effect: SQL = "SELECT count(*) FROM techvp.appointment_step", today: String? = nil
  ) -> PostCase {
    .step(
      operation, step,
      on:
        "SELECT '/v1/appointments/' || appointment_id FROM techvp.appointment WHERE request = 'KJ-1'",
      by: department.map { "SELECT \($0)::text" }
        ?? "SELECT 'university:' || university FROM techvp.appointment WHERE request = 'KJ-1'",
      body, effect: effect, today: today)
  }

  static let terms = PostStory(
    name: "an appointment",
    cases: [
      term("consentAppointment", "consent"),
      term(
        "agreeAppointment", "agree",
        #"{"agreement_no":"三方〔2026〕1号","starts_on":"2026-12-01","months":12}"#),
      term("startAppointment", "start", by: "county:341802", today: "2026-12-01"),
      term(
        "logDaysAppointment", "log-days", #"{"days":5,"month":"2026-12-15"}"#,
        effect: "SELECT count(*) FROM techvp.site_days", today: "2027-01-05"),
      term(
        "outcomeAppointment", "outcome",
        #"{"kind":"contract","title":"联合研发","value_wan":120,"document_no":"HT-1"}"#,
        by: "county:341802", effect: "SELECT count(*) FROM techvp.outcome"),
      term(
        "reviewAppointment", "review", #"{"grade":"passed"}"#, by: "science_technology",
        effect: "SELECT count(*) FROM techvp.review WHERE grade IS NOT NULL", today: "2027-11-15"),
      term(
        "renewAppointment", "renew", #"{"months":24}"#,
        effect: "SELECT count(*) FROM techvp.appointment WHERE renewal_request IS NOT NULL"),
      term("endAppointment", "end", #"{"code":"mutual"}"#, by: "county:341802"),
    ])

  private static func placement(
    _ operation: String, _ step: String, _ talent: String, _ body: String = "{}",
    by department: String = "human_resources", effect: SQL, today: String? = nil,
    night: MechanismName? = nil
  ) -> PostCase {
    .step(
      operation, step,
      on:
        "SELECT '/v1/placements/' || placement_id FROM rotation.placement WHERE talent = \(talent)",
      by: "SELECT \(department)::text", body, effect: effect, today: today, night: night)
  }

  private static func placing(_ talent: String, _ post: String) -> PostCase {
    .opening(
      "placePlacement", "/v1/placements", by: "human_resources",
      #"{"talent":"\#(talent)","host_post":"RH-1","institution_post":"\#(post)","#
        + #""starts_on":"2026-12-01","months":24,"document_no":"宣人社〔2026〕\#(talent)"}"#,
      effect: "SELECT count(*) FROM rotation.placement")
  }

  static let talents = PostStory(
    name: "placements",
    cases: [
      placing("RC-3", "BZ-2"),
      placement(
        "endPlacement", "end", "RC-3", #"{"code":"resigned","consequence":"无"}"#,
        effect: "SELECT count(*) FROM rotation.placement WHERE end_code IS NOT NULL"),
      placing("RC-1", "BZ-1"),
      placement(
        "reviewPlacement", "review", "RC-1", #"{"grade":"excellent"}"#, by: "county:341802",
        effect: "SELECT count(*) FROM rotation.review WHERE grade IS NOT NULL",
        today: "2027-06-02"),
      placement(
        "changeHostPlacement", "change-host", "RC-1",
        #"{"host_post":"RH-2","code":"host_closed"}"#,
        effect: "SELECT count(*) FROM rotation.posting"),
      placement(
        "choosePlacement", "choose", "RC-1", #"{"choice":"institution_post","wishes":["BZ-2"]}"#,
        effect: "SELECT count(*) FROM rotation.placement WHERE choice IS NOT NULL",
        today: "2028-10-01"),
      placement(
        "vacatePlacement", "vacate", "RC-1", by: "institution:样本单位二",
        effect: "SELECT count(*) FROM rotation.placement WHERE vacated_on IS NOT NULL",
        today: "2028-12-20", night: .rotation),
    ])

  static let seals = PostStory(
    name: "a list of ranks",
    cases: [
      .opening(
        "fileRanking", "/v1/rankings", by: "university:4134010359",
        #"{"side":"expert","party":"ZJ-1","choices":["KJ-2","KJ-1"]}"#,
        effect: "SELECT count(*) FROM registry.ranking_seal")
    ])

  static let offered = PostStory(
    name: "offers and commitments",
    cases: [
      answer("acceptOffer", "accept", "offers", "TD-1", "{}", "accepted"),
      answer(
        "declineOffer", "decline", "offers", "TD-3", #"{"code":"site_unsuitable"}"#, "declined"),
      answer(
        "releaseCommitment", "release", "commitments", "TD-1", #"{"code":"site_unsuitable"}"#,
        "released"),
    ])

  private static func answer(
    _ operation: String, _ step: String, _ resource: String, _ request: String, _ body: String,
    _ state: String
  ) -> PostCase {
    .step(
      operation, step,
      on:
        "SELECT '/v1/' || \(resource) || '/' || offer_id FROM allocation.offer WHERE request = \(request)",
      by: "SELECT department FROM allocation.offer WHERE request = \(request)", body,
      effect: "SELECT count(*) FROM allocation.offer WHERE state = \(state)")
  }
}
