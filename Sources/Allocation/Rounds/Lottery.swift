import Crypto

/// The lottery that breaks ties (design §4): a number that anyone can recompute with `sha256()`.
public enum Lottery {
  /// The first eight bytes of SHA-256(seed ‖ subject), read as a big-endian number. The smallest
  /// number wins.
  ///
  /// - Parameters:
  ///   - seed: the round's seed.
  ///   - subject: a request's number, or the name of a row.
  public static func number(seed: String, subject: String) -> UInt64 {
    var hash = SHA256()
    hash.update(data: Array(seed.utf8))
    hash.update(data: Array(subject.utf8))
    return hash.finalize().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A lottery number as sixteen hexadecimal digits: in this form, text order is number order.
  public static func text(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
