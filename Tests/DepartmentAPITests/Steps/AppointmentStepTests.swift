import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

@Suite("The life of an appointment over HTTP")
struct AppointmentStepTests {
  private func appointment(
    of request: String, _ office: SmallOffice
  ) async throws -> (path: String, university: String) {
    let token = try await office.token("science_technology", .reader)
    let list = await office.get("/v1/appointments?request=\(request)", token)
    let row = try #require(list.items.first, "\(list.text)")
    return (
      "/v1/appointments/\(row["appointment_id"] ?? "")",
      "university:\(row["university"] as? String ?? "")"
    )
  }

  @Test("Consent, agreement, term, days, outcome, review, renewal and end, each by its party")
  func story() async throws {
    try await SmallOffice.with { office in
      let (path, university) = try await appointment(of: "KJ-1", office)
      let school = try await office.token(university)
      let science = try await office.token("science_technology")
      let county = try await office.token("county:341802")

      #expect(await office.refusal(of: "consent", path, science) == "forbidden")
      #expect(
        await office.state(after: "consent", of: path, school, #"{"note":"同意选派"}"#) == "consented")
      #expect(await office.refusal(of: "consent", path, school) == "wrong_state")
      #expect(
        await office.refusal(
          of: "agree", path, science, #"{"agreement_no":"X","starts_on":"2026-11-01"}"#)
          == "invalid_fields", "a term does not begin before it is agreed")
      #expect(
        await office.state(
          after: "agree", of: path, science,
          #"{"agreement_no":"三方〔2026〕1号","starts_on":"2026-12-01","months":12}"#) == "agreed")
      #expect(await office.refusal(of: "start", path, county) == "too_early")
      office.turn(to: "2026-12-01")
      #expect(await office.state(after: "start", of: path, county) == "active")

      office.turn(to: "2027-01-05")
      let logged = await office.take(
        "log-days", of: path, school, #"{"days":5,"month":"2026-12-15"}"#)
      #expect((logged.object["site_days"] as? [[String: Any]])?.first?["days"] as? Int == 5)
      #expect(
        await office.refusal(of: "log-days", path, school, #"{"days":5,"month":"2027-02-01"}"#)
          == "rule_not_met", "a month that has not begun")
      let outcome = #"{"kind":"contract","title":"联合研发","value_wan":120,"document_no":"HT-1"}"#
      let recorded = await office.take("outcome", of: path, county, outcome)
      #expect((recorded.object["outcomes"] as? [[String: Any]])?.count == 1, "\(recorded.text)")
      #expect(await office.refusal(of: "outcome", path, county, outcome) != nil, "known already")
      #expect(
        await office.refusal(of: "review", path, science, #"{"grade":"passed"}"#) == "too_early")
      #expect(await office.refusal(of: "renew", path, school) == "too_early")

      office.turn(to: "2027-11-15")
      #expect(
        await office.refusal(of: "review", path, school, #"{"grade":"excellent"}"#) == "forbidden",
        "nobody reviews their own")
      #expect(
        await office.state(after: "review", of: path, science, #"{"grade":"excellent"}"#)
          == "active")
      let renewed = await office.take("renew", of: path, school, #"{"months":24}"#)
      #expect(renewed.object["renewal_request"] as? String == "KJ-1-R1", "\(renewed.text)")
      #expect(await office.refusal(of: "renew", path, school) == "wrong_state")
      #expect(
        await office.refusal(of: "end", path, county, #"{"code":"mood"}"#) == "wrong_code")
      #expect(
        await office.state(after: "end", of: path, county, #"{"code":"mutual","note":"协商"}"#)
          == "ended")
    }
  }

  @Test("A university sees its own appointments, a county those of its enterprises")
  func visibility() async throws {
    try await SmallOffice.with { office in
      let (path, university) = try await appointment(of: "KJ-1", office)
      let other = try await appointment(of: "KJ-2", office)
      #expect(university != other.university)
      let school = try await office.token(university)
      let list = await office.get("/v1/appointments", school)
      #expect(list.items.count == 1)
      #expect(list.object["hidden"] as? Int == 1)
      #expect(await office.get(other.path, school).status == 404)
      let county = try await office.token("county:341881", .reader)
      #expect(await office.get(path, county).status == 404)
      #expect(await office.get(other.path, county).status == 200)
      let bank = try await office.token("bank:BA")
      #expect(await office.get("/v1/appointments", bank).items.isEmpty)
    }
  }
}
