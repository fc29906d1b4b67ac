/// A place for the answer to each piece of work, filled from any thread.
///
/// Each place is written by the one call that does its piece, and read after all calls have
/// returned, so that no two threads ever touch one place at the same time.
final class AnswerSlots<Answer>: @unchecked Sendable {
  private let slots: UnsafeMutableBufferPointer<Answer?>

  init(count: Int) {
    slots = .allocate(capacity: count)
    slots.initialize(repeating: nil)
  }

  deinit {
    slots.deinitialize()
    slots.deallocate()
  }

  /// Fills a place.
  ///
  /// - Precondition: no one else reads or writes this place now.
  func fill(_ place: Int, with answer: Answer) { slots[place] = answer }

  /// The answers in order of their places.
  ///
  /// - Precondition: no place is being filled.
  var answers: [Answer] { slots.compactMap(\.self) }
}
