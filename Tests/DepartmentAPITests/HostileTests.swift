import Allocation
import Foundation
import Postgres
import Testing

@testable import DepartmentAPI

/// Damaged and malicious requests: each is refused in good order, none breaks anything.
@Suite("Hostile input")
struct HostileTests {
  /// Numbers that are the same in every run.
  private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(1, sides)
    }

    mutating func pick<T>(_ values: [T]) -> T { values[roll(values.count)] }
  }

  private static let texts = [
    "'; DROP TABLE registry.enterprises; --", "\" OR 1=1", "$1", "%s%n", "../../etc/passwd",
    "\\u0000", "\u{202E}gnp", "𝕏", "汉字", String(repeating: "长", count: 3000), "NaN", "1e400", "-0",
    "9223372036854775808", "{}", "[]", "<script>", "0x1F", "\r\nX: y", "'", "\\", "null",
  ]

  private static func value(_ dice: inout Dice, _ depth: Int = 0) -> String {
    switch dice.roll(depth > 3 ? 6 : 8) {
    case 0: JSON.quoted(dice.pick(texts))
    case 1: dice.pick(["1e999", "-1", "0", "99999999999999999999999999", "1.5", "1E-400"])
    case 2: dice.pick(["true", "false", "null"])
    case 3: "\"\\ud800\""
    case 4: dice.pick(["01", "+1", ".5", "'a'", "nul", "\u{FEFF}1", "1,", "NaN"])
    case 5: JSON.quoted("2026-11-20")
    case 6:
      "[" + (0..<dice.roll(4)).map { _ in value(&dice, depth + 1) }.joined(separator: ",") + "]"
    default: "{\"a\":\(value(&dice, depth + 1))}"
    }
  }

  private static func body(_ dice: inout Dice, of resource: Resource) -> [UInt8] {
    let example = resource.creation.body?.example ?? [:]
    guard case .object(let fields) = example else { return [] }
    let victim = dice.roll(fields.count + 1)
    let pairs = fields.enumerated().map { index, field in
      JSON.quoted(field.name) + ":" + (index == victim ? value(&dice) : field.value.compact)
    }
    var bytes = Array("{\(pairs.joined(separator: ","))}".utf8)
    switch dice.roll(6) {
    case 0: bytes.removeLast(min(bytes.count, 1 + dice.roll(bytes.count)))
    case 1: bytes[dice.roll(bytes.count)] = UInt8(dice.roll(256))
    case 2: bytes.insert(contentsOf: [0xC0, 0xAF], at: dice.roll(bytes.count))
    case 3: bytes = Array(String(repeating: dice.pick(["[", "{\"a\":"]), count: 20_000).utf8)
    default: break
    }
    return bytes
  }

  private static func path(_ dice: inout Dice, of resource: Resource) -> String {
    let odd = [
      "%", "%zz", "%00", "%ff%fe", "..%2f..%2fetc", "%c0%af", "a;b", "'", "%27%20OR%201=1",
      String(repeating: "9", count: 5000), "%E6%B1%89", "*", "-1", "%0d%0aX:y",
    ]
    let key = resource.key.map { _ in "/" + dice.pick(odd) }.joined()
    let query = [
      "", "?", "?limit=1e9", "?cursor=%5B%22", "?cursor=" + dice.pick(odd), "?a[]=1", "?%ff=1",
      "?size=%27%3B--", "?columns=*", "?&&&==",
    ]
    return resource.collectionPath + (dice.roll(2) == 0 ? key : "") + dice.pick(query)
  }

  @Test("Three thousand requests with something wrong: 4xx and a problem, never 5xx")
  func storm() async throws {
    try await Harness.with { harness in
      let resources = try Resource.all()
      let tokens = [
        try await harness.token("industry", .clerk),
        try await harness.token("finance_office", .clerk),
        try await harness.token("science_technology", .owner),
        try await harness.token("county:341802", .clerk),
      ]
      let rows: Int = try await harness.one("SELECT count(*) FROM registry.enterprises")
      await withTaskGroup(of: Void.self) { group in
        for lane in 0..<6 {
          group.addTask {
            var dice = Dice(state: UInt64(7 + lane))
            for number in 0..<500 {
              let resource = dice.pick(resources)
              let token = dice.pick(tokens)
              let isWrite = dice.roll(2) == 0
              let bytes = Self.body(&dice, of: resource)
              let path = Self.path(&dice, of: resource)
              let reply =
                isWrite
                ? await harness.call(
                  "POST", resource.collectionPath, token: token, bytes: bytes,
                  headers: ["Idempotency-Key": "\(lane)-\(number)"])
                : await harness.call(
                  dice.pick(["GET", "PATCH", "HEAD", "POST"]), path, token: token, bytes: bytes,
                  headers: ["If-Match": dice.pick(["\"1\"", "*", "\"", "W/\"1\"", "\"'\""])])
              let place =
                "\(resource.path) \(path.prefix(80)) \(String(decoding: bytes.prefix(300), as: UTF8.self))"
              #expect(reply.status < 500, "\(reply.status) \(reply.text) \(place)")
              if reply.status >= 400, !reply.body.isEmpty {
                #expect(reply.code.flatMap(ProblemCode.init(rawValue:))?.status == reply.status)
              }
            }
          }
        }
      }
      let now: Int = try await harness.one("SELECT count(*) FROM registry.enterprises")
      #expect(now >= rows)
      #expect(await harness.call("GET", "/v1/chains", token: tokens[0]).status == 200)
    }
  }

  @Test("The reader of JSON takes what another reader takes, and refuses what it must")
  func json() throws {
    var dice = Dice(state: 3)
    for _ in 0..<4000 {
      let text = "{\"a\":\(Self.value(&dice)),\"b\":[\(Self.value(&dice))]}"
      let bytes = Array(text.utf8)
      let ours = try? JSONReader.read(bytes)
      let theirs = try? JSONSerialization.jsonObject(with: Data(bytes))
      if let ours {
        // The other reader has no room for numbers of this size.
        let isHuge = text.contains("1e999") || text.contains("99999999999999999999999999")
        #expect(theirs != nil || isHuge, "\(text.prefix(200))")
        #expect((try? JSONReader.read(Array(ours.compact.utf8))) == ours)
      }
    }
    func flaw(_ text: String) -> JSONReader.Flaw.What? {
      do throws(JSONReader.Flaw) {
        _ = try JSONReader.read(Array(text.utf8))
        return nil
      } catch {
        return error.what
      }
    }
    let deep = { (count: Int) in
      String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    #expect(flaw(deep(JSONReader.deepest)) == nil)
    #expect(flaw(deep(JSONReader.deepest + 1)) == .tooDeep)
    #expect(flaw(#"{"a":1,"a":1}"#) == .repeatedName)
    #expect(flaw(#""\ud800""#) == .badText)
    #expect(flaw(#""\u0000""#) == .badText)
    #expect(flaw("1 1") == .trailing)
    #expect(flaw("-") == .badNumber)
    #expect(flaw("01") == .trailing)
    #expect(flaw("") == .unexpected)
    #expect((try? JSONReader.read([0x22, 0xFF, 0x22])) == nil)
    #expect((try? JSONReader.read(Array(#""\ud83d\ude00é\n""#.utf8))) == .text("😀é\n"))
  }
}
