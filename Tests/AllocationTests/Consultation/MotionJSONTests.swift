import Foundation
import Testing

@testable import Allocation

@Suite("Decisions as they are filed")
struct MotionJSONTests {
  private func list(_ json: String) throws -> [Motion] { try Motion.list(json: Data(json.utf8)) }

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
    guard case .allocate(_, _, let area) = motions[0].decision else {
      Issue.record("not an allocation")
      return
    }
    #expect("\(area)" == "21.4")
  }

  @Test(
    "A fault names its place",
    arguments: [
      (#"[{"kind": "defer", "request": "T", "untill": "2026-12-31"}]"#, "/0/until"),
      (#"[{"kind": "defer", "request": "T", "until": "2026-12-31", "parcle": "P"}]"#, "/0/parcle"),
      (#"[{"kind": "give"}]"#, "/0/kind"),
      (#"[{"kind": "defer", "request": "T", "until": "tomorrow"}]"#, "/0/until"),
      (#"[{"kind": "allocate", "request": "T", "parcel": "P", "area_mu": 21.4}]"#, "/0/area_mu"),
      (#"[{"kind": "allocate", "request": "T", "parcel": "P", "area_mu": "0"}]"#, "/0/area_mu"),
      (
        #"[{"kind": "allocate", "request": "T", "parcel": "P", "area_mu": "1.00001"}]"#,
        "/0/area_mu"
      ),
      (#"[{"kind": "assign_task", "department": "D", "note": "n"}]"#, "/0/due"),
      (#"[{"kind": "assign_task", "department": "D", "working_days": 3}]"#, "/0/note"),
      (
        #"[{"kind": "refuse", "request": "T", "reason": "other", "legal_basis": ""}]"#,
        "/0/legal_basis"
      ),
      (#"{"kind": "defer"}"#, ""), ("[", ""),
    ])
  func faults(json: String, pointer: String) {
    do {
      _ = try list(json)
      Issue.record("no fault was found")
    } catch let fault as JSONFault {
      #expect(fault.pointer == pointer, "\(fault)")
    } catch {
      Issue.record("\(error)")
    }
  }
}
