import Testing

@testable import Allocation

@Suite("Decisions as they are filed")
struct MotionJSONTests {
  private func list(_ json: String) throws -> [Motion] { try Motion.list(text: json) }

  @Test("Each of the seven kinds is read")
  func kinds() throws {
    let motions = try list(
      """
      [{"kind": "allocate", "request": "TD-1", "parcel": "P-1", "area_mu": "21.4"},
       {"kind": "adjust_quota", "from": "A", "to": "B", "amount": 50, "document_no": "宣自然资〔2026〕1号"},
       {"kind": "waive_threshold", "request": "TD-1", "rule": "tax", "until": "2026-12-31"},
       {"kind": "hold_parcel", "parcel": "P-1", "request": "TD-1", "until": "2026-12-31"},
       {"kind": "defer", "request": "TD-1", "until": "2026-12-31", "note": "待环评"},
       {"kind": "refuse", "request": "TD-1", "reason": "low_benefit", "legal_basis": "某条例"},
       {"kind": "assign_task", "department": "office", "working_days": 10, "note": "报省厅"}]
      """)
    #expect(motions.map(\.decision.kind) == Decision.Kind.allCases)
    #expect(motions[4].note == "待环评")
    #expect(
      motions[0].decision == .allocate(request: "TD-1", parcel: "P-1", area: LandFixture.mu("21.4"))
    )
  }

  @Test("Areas and amounts are numbers, in quotes or not, and the same either way")
  func numbers() throws {
    let forms = ["21.4", "\"21.4\"", "21.40"].map {
      #"[{"kind": "allocate", "request": "T", "parcel": "P", "area_mu": \#($0)}]"#
    }
    #expect(Set(try forms.map(list)).count == 1)
    let changes = ["50.1", "\"50.1\""].map {
      #"{"change": "quota", "lot": "L", "by": \#($0)}"#
    }
    let read = try changes.map {
      try LandChange(JSONValue(text: $0, example: "what-if"), at: "changes[0]")
    }
    #expect(Set(read).count == 1)
  }

  @Test(
    "A fault names its place",
    arguments: [
      (#"[{"kind": "defer", "request": "T", "untill": "2026-12-31"}]"#, "decisions[0].untill"),
      (
        #"[{"kind": "defer", "request": "T", "until": "2026-12-31", "parcle": "P"}]"#,
        "decisions[0].parcle"
      ),
      (#"[{"kind": "give"}]"#, "decisions[0].kind"),
      (#"[{"kind": "defer", "request": "T", "until": "tomorrow"}]"#, "decisions[0].until"),
      (
        #"[{"kind": "allocate", "request": "T", "parcel": "P", "area_mu": true}]"#,
        "decisions[0].area_mu"
      ),
      (
        #"[{"kind": "allocate", "request": "T", "parcel": "P", "area_mu": "1e400"}]"#,
        "decisions[0].area_mu"
      ),
      (
        #"[{"kind": "allocate", "request": "T", "parcel": "P", "area_mu": "0"}]"#,
        "decisions[0].area_mu"
      ),
      (
        #"[{"kind": "allocate", "request": "T", "parcel": "P", "area_mu": "1.00001"}]"#,
        "decisions[0].area_mu"
      ),
      (#"[{"kind": "assign_task", "department": "D", "note": "n"}]"#, "decisions[0].due"),
      (#"[{"kind": "assign_task", "department": "D", "working_days": 3}]"#, "decisions[0].note"),
      (
        #"[{"kind": "refuse", "request": "T", "reason": "other", "legal_basis": ""}]"#,
        "decisions[0].legal_basis"
      ),
      (#"{"kind": "defer"}"#, "file"), ("[", "file"), (#"["defer"]"#, "decisions[0]"),
    ])
  func faults(json: String, path: String) {
    do {
      _ = try list(json)
      Issue.record("no fault was found")
    } catch let fault as FieldFault {
      #expect(fault.path == path, "\(fault)")
    } catch {
      Issue.record("\(error)")
    }
  }
}
