/// An array of which a few elements are changed: a copy costs what was changed, not what is there.
struct Overlay<Element> {
  private let base: [Element]
  private var changed: [Int: Element] = [:]

  init(_ base: [Element]) {
    self.base = base
  }

  subscript(place: Int) -> Element {
    get { changed[place] ?? base[place] }
    set { changed[place] = newValue }
  }
}
