import Dispatch
import Synchronization

/// Runs independent work on a few threads.
enum InParallel {
  /// The results in the order of the elements, whatever order they came in.
  ///
  /// - Throws: the first element's error, in that order.
  static func map<Element: Sendable, Value: Sendable>(
    _ elements: [Element], _ body: @Sendable (Element) throws -> Value
  ) throws -> [Value] {
    let results = Mutex<[Result<Value, any Error>?]>(Array(repeating: nil, count: elements.count))
    DispatchQueue.concurrentPerform(iterations: elements.count) { place in
      let result = Result { try body(elements[place]) }
      results.withLock { $0[place] = result }
    }
    return try results.withLock { $0 }.compactMap { try $0?.get() }
  }
}
