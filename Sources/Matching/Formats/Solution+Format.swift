extension Solution {
  /// One line a request: the chosen option's index inside the request, or −1.
  public var choiceBytes: [UInt8] {
    var text = InstanceText()
    for choice in choices { text.line(choice) }
    return text.bytes
  }

  /// The certificate's prices; see ``Certificate/priceBytes``.
  public var priceBytes: [UInt8] { certificate.priceBytes }
}

extension Certificate {
  /// `price S`, then one integer a row; or `knapsack S`, then one integer a row (`-` for a kept row)
  /// and one a request. A price is its integer divided by S.
  public var priceBytes: [UInt8] {
    var text = InstanceText()
    switch self {
    case .price(let scale, let prices):
      text.word("price")
      text.line(scale)
      for price in prices { text.line(price) }
    case .knapsack(let scale, let prices, let requestPrices):
      text.word("knapsack")
      text.line(scale)
      for price in prices {
        if let price { text.line(price) } else { text.line("-") }
      }
      for price in requestPrices { text.line(price) }
    }
    return text.bytes
  }
}
