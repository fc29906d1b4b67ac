typealias CStringArray = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// Calls `body` with a NULL-terminated array of C strings.
func withCStrings<R>(_ strings: [String], _ body: (CStringArray) throws -> R) rethrows -> R {
  var flat = strings.flatMap { Array($0.utf8CString) }
  let lengths = strings.map { $0.utf8CString.count }
  return try flat.withUnsafeMutableBufferPointer { flat in
    var offset = 0
    var pointers: [UnsafeMutablePointer<CChar>?] = lengths.map { length in
      defer { offset += length }
      return flat.baseAddress.map { $0 + offset }
    }
    pointers.append(nil)
    return try pointers.withUnsafeMutableBufferPointer { array in
      var none: UnsafeMutablePointer<CChar>?
      guard let base = array.baseAddress else { return try body(&none) }
      return try body(base)
    }
  }
}
