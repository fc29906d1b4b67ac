extension DesignationSolution {
  /// One line a group with its two resources, then one line a member with its resource or −1.
  public var choiceBytes: [UInt8] {
    var text = InstanceText()
    for pair in pairs { text.line(pair.first, pair.second) }
    for choice in choices { text.line(choice) }
    return text.bytes
  }

  /// The certificate's prices; see ``DesignationCertificate/priceBytes``.
  public var priceBytes: [UInt8] { certificate.priceBytes }
}

extension DesignationCertificate {
  /// `designation S`, then one line each of capacity prices and of place prices, then one line of
  /// pair prices a group. A price is its integer divided by S.
  public var priceBytes: [UInt8] {
    var text = InstanceText()
    text.word("designation")
    text.line(scale)
    for prices in [capacityPrices, placePrices] {
      for price in prices { text.word(price) }
      text.endLine()
    }
    let count = max(1, capacityPrices.count)
    for (index, price) in pairPrices.enumerated() {
      text.word(price)
      if index % count == count - 1 { text.endLine() }
    }
    return text.bytes
  }
}
