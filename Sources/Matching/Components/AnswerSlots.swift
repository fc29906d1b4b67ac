/// A place for the answer of each part, filled from any thread.
///
/// Each place is written by the one call that solves its part, and read after all calls have
/// returned, so that no two threads ever touch one place at the same time.
final class AnswerSlots: @unchecked Sendable {
  private let slots: UnsafeMutableBufferPointer<KernelAnswer?>

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
  func fill(_ place: Int, with answer: KernelAnswer) { slots[place] = answer }

  /// The answers in order of their places.
  ///
  /// - Precondition: no place is being filled.
  var answers: [KernelAnswer] { slots.compactMap(\.self) }
}
