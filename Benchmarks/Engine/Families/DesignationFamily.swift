/// Family D: every chain gets two banks, each enterprise at most one of its chain's.
enum DesignationFamily {
  static func text(chains: Int, banks: Int, enterprises: Int, seed: UInt64) -> InstanceText {
    func stream(_ number: UInt64) -> SplitMix { SplitMix(seed: seed, stream: number) }
    let amounts = (0..<enterprises).map { 10 + stream(2).below(491, $0) }
    let base = amounts.reduce(0, +) * 12 / (10 * banks)
    let qualities = (0..<banks).map { stream(5).below(500, $0) }
    var text = InstanceText("designation")
    text.line([chains, banks, enterprises, (2 * chains + banks - 1) / banks + 1])
    text.line((0..<banks).map { base * (50 + stream(7).below(101, $0)) / 100 })
    let pair = stream(3)
    for chain in 0..<chains { text.line((0..<banks).map { pair.below(5001, chain * banks + $0) }) }
    let chain = stream(1)
    let noise = stream(4)
    let refusal = stream(6)
    for enterprise in 0..<enterprises {
      text.add(chain.below(chains, enterprise))
      text.add(amounts[enterprise])
      text.line(
        (0..<banks).map { bank in
          let index = enterprise * banks + bank
          return refusal.below(100, index) < 20 ? 0 : 1 + qualities[bank] + noise.below(500, index)
        })
    }
    return text
  }
}
