/// A set that is written down in one way: as an array in ascending order, whatever order its
/// elements were found in.
public struct CanonicalSet<Element: Hashable & Comparable & Codable & Sendable>: Hashable, Sendable
{
  public private(set) var elements: Set<Element>

  public init(_ elements: some Sequence<Element>) {
    self.elements = Set(elements)
  }

  public func contains(_ element: Element) -> Bool { elements.contains(element) }

  public mutating func insert(_ element: Element) { elements.insert(element) }

  /// The elements in ascending order.
  public var sorted: [Element] { elements.sorted() }
}

extension CanonicalSet: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try [Element](from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    try sorted.encode(to: encoder)
  }
}
