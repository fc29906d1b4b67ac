import Foundation

@testable import DepartmentAPI

/// Numbers that are the same in every run of a seed.
struct Dice {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func roll(_ sides: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % max(1, sides)
  }

  mutating func pick<T>(_ values: [T]) -> T { values[roll(values.count)] }
}

/// What no careful caller sends.
enum HostileValues {
  /// Texts that mean something to a database, a file system, a terminal or a browser.
  static let texts = [
    "", " ", "'", "\"", "\\", "$1", "%s%n%x", "'; DROP TABLE registry.enterprises; --",
    "\" OR 1=1 --", "1; SELECT pg_sleep(20)", "' UNION SELECT secret FROM access.token --", "{1,2}",
    "[1,2)", "infinity", "epoch", "NaN", "null", "true", "1e400", "-0", "0x1F",
    "9223372036854775808",
    "-9223372036854775809", "99999999999999999999.5", "2026-02-30", "9999-12-31", "0000-00-00",
    "-4713-01-01", "2026-11-20", "../../etc/passwd", "C:\\con", "<script>alert(1)</script>",
    "${jndi:ldap://x}", "\u{202E}gnp", "e\u{301}\u{301}\u{301}", "𝕏", "汉字", "\u{FEFF}x",
    "\r\nX-A: y",
    "\u{1B}[2J", String(repeating: "长", count: 3000), String(repeating: "9", count: 400),
  ]

  /// JSON that is no text, or none at all.
  static let json: [[UInt8]] =
    [
      "null", "true", "0", "-1", "1.5", "1e999", "-1e999", "1E-400", "99999999999999999999999999",
      "9223372036854775808", "[]", "{}", "[null]", "[[]]", "[[[[]]]]", #"{"a":{}}"#,
      #"["a","a"]"#, "[1,2]", "01", "+1", ".5", "1.", "'a'", "nul", "NaN", "", "1,", "\"",
      #""\ud800""#, #""\u0000""#, #""\x""#, #""\uD83D\uDE00""#, "\"a\nb\"",
      String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
      String(repeating: #"{"a":"#, count: 40) + "1" + String(repeating: "}", count: 40),
      String(repeating: "9", count: 5000), "1" + String(repeating: "0", count: 400) + ".5",
    ].map { Array($0.utf8) } + broken.map { [0x22] + $0 + [0x22] }

  /// What is no UTF-8.
  static let broken: [[UInt8]] = [
    [0xFF], [0xC0, 0xAF], [0xE6, 0xB1], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80, 0x80],
  ]

  /// Every odd value of a field.
  static let fields = json + texts.map { Array(JSON.quoted($0).utf8) }

  /// Segments and values of a path or query, as they go over the wire.
  static let escaped =
    texts.filter { !$0.isEmpty }.map(PercentText.encode)
    + [
      "%", "%zz", "%00", "%0", "%ff%fe", "%c0%af", "%ed%a0%80", "..%2f..%2fetc", "%2e%2e", "a;b",
      "%27%20OR%201=1", "*", "%0d%0aX:y", "%E6%B1%89", "a%2Fb", "+", "~", "-1", "0", "1e9", "1.0",
      "00000001", "W10=", "%5B%22", String(repeating: "9", count: 5000), "{id}",
    ]

  /// Values of a header; what HTTP itself forbids there is damage of the framing.
  static let headers = [
    "", "'", "\"", "\"\"", "*", "W/\"1\"", "\"'\"", "\"1\", \"2\"", "\"1", "0", "-1", "x",
    "9223372036854775808", "'; DROP TABLE access.token; --", "$1", "\"%00\"", "../..", "null",
    "gzip;q=x", "bytes=0-", "汉字", "\"汉\"", String(repeating: "k", count: 300),
    String(repeating: ",", count: 2000), "multipart/form-data", "multipart/form-data; boundary=",
    "text/plain", "application/json; charset=utf-7", "Bearer", "Bearer ", "Bearer a.b.c",
    "Basic eDp4", "Bearer yaosu_" + String(repeating: "A", count: 43),
    "Bearer eyJhbGciOiJub25lIn0.e30.", "return=minimal;;;", "return=maximal",
  ]

  /// Paths that are tricks.
  static let paths = [
    "/", "//", "/v1", "/v1/", "/v1//enterprises", "/v1/enterprises/", "/v1/../v1/chains",
    "/v1/./chains", "/v1/%2e%2e/%2e%2e/etc/passwd", "/v1/enterprises%2f1", "/V1/ENTERPRISES",
    "/v1/enterprises;jsessionid=1", "/%00", "/%", "/v1/enterprises?%", "/v1/enterprises?%ff=1",
    "/v1/enterprises?a[]=1", "/v1/enterprises?&&&==", "/v1/enterprises?limit=1&limit=2", "/*",
    "/v1/enterprises??", "/v1/enterprises#x", "/openapi.yaml/..", "/metrics/../docs",
    "/v1/" + String(repeating: "a/", count: 2000), "/" + String(repeating: "x", count: 8000),
    "/v1/enterprises?" + String(repeating: "a=1&", count: 1500), "/v1/%F0%9F%92%A9",
  ]

  static let methods = [
    "PUT", "DELETE", "TRACE", "PATCH", "POST", "GET", "BREW", "PROPFIND", "get",
  ]
}
