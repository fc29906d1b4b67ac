import Allocation
import Foundation
import Testing

@testable import DepartmentAPI

@Suite("Nothing is passed over in silence")
struct StrictnessTests {
  @Test("A query parameter that the document does not name is refused by every operation")
  func parameters() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("office", .owner, person: "li")
      for operation in APIDocument.operations(try Resource.all()) where operation.needsToken {
        let path = operation.segments.map { $0.hasPrefix("{") ? "/1" : "/" + $0 }.joined()
        let reply = await harness.call(
          operation.method, path + "?colour=red", token: token,
          body: operation.body == nil ? nil : "{}",
          headers: ["Idempotency-Key": "k-\(operation.id)", "If-Match": "\"1\""])
        #expect(reply.code == "unknown_parameter", "\(operation.id): \(reply.text)")
        let flaw = (reply.object["errors"] as? [[String: Any]])?.first
        #expect(flaw?["parameter"] as? String == "colour")
        #expect(operation.allProblems.contains(.unknownParameter))
      }
      let stranger = await harness.call("GET", "/v1/chains?colour=red")
      #expect(stranger.code == "unauthenticated")
      let other = String(token.dropLast()) + (token.hasSuffix("0") ? "1" : "0")
      let forged = await harness.call("GET", "/v1/chains?colour=red", token: other)
      #expect(forged.code == "unauthenticated")
    }
  }

  @Test("A body in another encoding than JSON's, or compressed, is not read as if it were not")
  func encodings() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("industry", .clerk)
      for (type, encoding, status) in [
        ("application/json; charset=gbk", nil, 415), ("text/plain", nil, 415), ("", nil, 415),
        ("application/json", "gzip", 415), ("application/json", "identity", 422),
        ("application/json; charset=\"UTF-8\"", nil, 422), ("application/json; v=1", nil, 422),
      ] as [(String, String?, Int)] {
        var headers = ["Idempotency-Key": "k\(type)\(encoding ?? "")".filter { $0 != " " }]
        headers["Content-Type"] = type
        headers["Content-Encoding"] = encoding
        let reply = await harness.call(
          "POST", "/v1/chains", token: token, body: "{}", headers: headers)
        #expect(reply.status == status, "\(headers): \(reply.text)")
      }
    }
  }

  @Test("Why a body is no JSON is said in the caller's language, and at which byte")
  func malformed() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("industry", .clerk)
      for body in [
        #"{"a":1,"a":2}"#, #"{"a":01}"#, "{} x", "", String(repeating: #"{"a":"#, count: 40),
        #"{"a":"\x"}"#,
      ] {
        func detail(_ language: String) async -> String {
          let reply = await harness.call(
            "POST", "/v1/chains", token: token, body: body,
            headers: ["Idempotency-Key": "k", "Accept-Language": language])
          #expect(reply.code == "malformed_json", "\(body): \(reply.text)")
          return reply.object["detail"] as? String ?? ""
        }
        let (chinese, english) = (await detail("zh-CN"), await detail("en"))
        let isChinese = chinese.allSatisfy { !$0.isASCII || !$0.isLetter || "UTF".contains($0) }
        #expect(isChinese, "\(chinese)")
        #expect(english.allSatisfy { $0.isASCII }, "\(english)")
        let digits = english.drop { !$0.isNumber }.prefix { $0.isNumber }
        #expect((0...body.utf8.count).contains(Int(digits) ?? -1), "\(english)")
      }
    }
  }

  @Test("An answer that was wanted short says that it is")
  func minimal() async throws {
    try await Harness.with { harness in
      let token = try await harness.token("industry", .clerk)
      let body = #"{"code":"C98","name":"x","industry_divisions":["C36"]}"#
      for (preference, isApplied) in [("return=minimal", true), ("return=representation", false)] {
        let reply = await harness.call(
          "POST", "/v1/chains", token: token, body: body,
          headers: ["Idempotency-Key": "k", "Prefer": preference])
        #expect(reply.status == 201, "\(reply.text)")
        #expect(reply.header("Preference-Applied") == (isApplied ? "return=minimal" : nil))
        #expect(reply.body.isEmpty == isApplied)
      }
    }
  }
}
