import Testing

@testable import Postgres

/// The pool's decisions, with time as a number.
@Suite struct PoolMachineTests {
  private static let options = PoolOptions(
    maximumConnections: 2, minimumIdle: 1, idleTimeout: .seconds(60), leaseTimeout: .seconds(30),
    unavailableTimeout: .seconds(5), firstBackoff: .milliseconds(50), longestBackoff: .seconds(2))

  private func at(_ seconds: Double) -> Duration { .milliseconds(Int(seconds * 1000)) }

  /// A machine whose connections 1 and 2 are leased.
  private func exhausted() -> PoolMachine {
    var machine = PoolMachine(Self.options)
    for id in 1...2 {
      #expect(machine.lease(-id, now: .zero) == [.connect(after: .zero)])
      #expect(machine.connected(id, now: .zero) == [.give(id, to: -id)])
    }
    return machine
  }

  @Test func waitersAreServedInTheOrderTheyCame() {
    var machine = exhausted()
    for waiter in 10..<13 { #expect(machine.lease(waiter, now: at(1)) == []) }
    #expect(machine.giveBack(2, healthy: true, now: at(2)) == [.give(2, to: 10)])
    #expect(machine.giveBack(1, healthy: true, now: at(2)) == [.give(1, to: 11)])
    // Who asks now stands behind those who wait.
    #expect(machine.leaseIdle() == nil)
    #expect(machine.lease(13, now: at(2)) == [])
    #expect(machine.giveBack(1, healthy: true, now: at(3)) == [.give(1, to: 12)])
    #expect(machine.giveBack(2, healthy: true, now: at(3)) == [.give(2, to: 13)])
  }

  @Test func whenTheServerIsBackEveryWaiterGetsAConnectionOfItsOwn() {
    var machine = PoolMachine(Self.options)
    #expect(machine.lease(1, now: .zero) == [.connect(after: .zero)])
    #expect(machine.connectFailed(refused: false, now: .zero).count == 1)
    #expect(machine.lease(2, now: at(1)) == [])
    #expect(machine.lease(3, now: at(1)) == [])
    #expect(machine.connected(7, now: at(2)) == [.give(7, to: 1), .connect(after: .zero)])
    #expect(machine.connected(8, now: at(2)) == [.give(8, to: 2)])
  }

  @Test func theMaximumIsNeverExceeded() {
    var machine = PoolMachine(Self.options)
    #expect(machine.lease(1, now: .zero) == [.connect(after: .zero)])
    #expect(machine.lease(2, now: .zero) == [.connect(after: .zero)])
    #expect(machine.lease(3, now: .zero) == [])
  }

  @Test func aWaiterWhoLeavesIsNotServed() {
    var machine = exhausted()
    _ = machine.lease(10, now: .zero)
    _ = machine.lease(11, now: .zero)
    let left = machine.cancel(10)
    #expect(machine.giveBack(1, healthy: true, now: .zero) == [.give(1, to: 11)])
    let leftTooLate = machine.cancel(11)
    #expect((left, leftTooLate) == (true, false))
  }

  @Test func waitingEndsAtTheLeaseTimeout() {
    var machine = exhausted()
    _ = machine.lease(10, now: at(1))
    #expect(machine.nextDeadline == at(31))
    #expect(machine.tick(now: at(30.999)) == [])
    #expect(machine.tick(now: at(31)) == [.fail(10, .timeout)])
    #expect(machine.nextDeadline == nil)
  }

  @Test func aBrokenConnectionIsClosedAndReplacedForThoseWhoWait() {
    var machine = exhausted()
    _ = machine.lease(10, now: .zero)
    #expect(
      machine.giveBack(1, healthy: false, now: .zero) == [.close(1), .connect(after: .zero)])
    #expect(machine.giveBack(2, healthy: false, now: .zero) == [.close(2)])
  }

  @Test func attemptsBackOffOneAtATimeUntilTheServerIsBack() {
    var machine = PoolMachine(Self.options)
    _ = machine.lease(1, now: .zero)
    var pauses: [Duration] = []
    for _ in 0..<8 {
      let actions = machine.connectFailed(refused: false, now: at(1))
      guard case .connect(let pause)? = actions.first, actions.count == 1 else {
        Issue.record("no further attempt")
        return
      }
      pauses.append(pause)
      #expect(machine.lease(100 + pauses.count, now: at(1)) == [])
    }
    #expect(pauses.map { $0 / .milliseconds(1) } == [50, 100, 200, 400, 800, 1600, 2000, 2000])
    #expect(machine.connected(7, now: at(2)).first == .give(7, to: 1))
  }

  @Test func anUnavailableServerIsToldSooner() {
    var machine = PoolMachine(Self.options)
    _ = machine.lease(1, now: .zero)
    _ = machine.connectFailed(refused: false, now: at(2))
    #expect(machine.nextDeadline == at(7))
    #expect(machine.tick(now: at(7)) == [.fail(1, .unavailable)])
  }

  @Test func aRefusalIsToldToAllAtOnce() {
    var machine = PoolMachine(Self.options)
    _ = machine.lease(1, now: .zero)
    _ = machine.lease(2, now: .zero)
    #expect(
      machine.connectFailed(refused: true, now: .zero) == [.fail(1, .refused), .fail(2, .refused)])
  }

  @Test func idleConnectionsBeyondTheMinimumAreClosedOldestFirst() {
    var machine = exhausted()
    #expect(machine.giveBack(1, healthy: true, now: at(1)) == [])
    #expect(machine.nextDeadline == nil)
    #expect(machine.giveBack(2, healthy: true, now: at(2)) == [])
    #expect(machine.nextDeadline == at(61))
    #expect(machine.tick(now: at(60.9)) == [])
    #expect(machine.tick(now: at(61)) == [.close(1)])
    #expect(machine.tick(now: at(1000)) == [])
    #expect(machine.leaseIdle() == 2)
  }

  @Test func closingTellsWaitersAndClosesWhatComesBack() {
    var machine = exhausted()
    _ = machine.lease(10, now: .zero)
    #expect(machine.close() == [.fail(10, .closed)])
    #expect(machine.lease(11, now: .zero) == [.fail(11, .closed)])
    #expect(!machine.isDrained)
    #expect(machine.giveBack(1, healthy: true, now: .zero) == [.close(1)])
    #expect(machine.giveBack(2, healthy: true, now: .zero) == [.close(2)])
    #expect(machine.isDrained)
  }

  /// Random events: nobody is served twice or forgotten, and order holds.
  @Test(arguments: 1...20)
  func invariantsHoldUnderRandomEvents(seed: UInt64) {
    var random = SplitMix(state: seed)
    var model = PoolModel(PoolMachine(Self.options))
    for step in 0..<500 { model.step(step, &random) }
    #expect(model.violations == [])
  }
}

/// Plays the shell around a machine and watches the invariants.
private struct PoolModel {
  private var machine: PoolMachine
  private var leased: Set<Int> = []
  private var waiting: [Int] = []
  private var connecting = 0
  private var open: Set<Int> = []
  private(set) var violations: [String] = []

  init(_ machine: PoolMachine) {
    self.machine = machine
  }

  mutating func step(_ number: Int, _ random: inout SplitMix) {
    let now = Duration.seconds(number)
    switch random.next() % 6 {
    case 0, 1:
      waiting.append(number)
      obey(machine.lease(number, now: now))
    case 2:
      guard let id = leased.min() else { return }
      leased.remove(id)
      obey(machine.giveBack(id, healthy: random.next() % 4 != 0, now: now))
    case 3 where connecting > 0:
      connecting -= 1
      open.insert(number)
      obey(machine.connected(number, now: now))
    case 4 where connecting > 0:
      connecting -= 1
      obey(machine.connectFailed(refused: random.next() % 8 == 0, now: now))
    default:
      obey(machine.tick(now: now))
    }
    if connecting + open.count > 2 { violations.append("step \(number): too many connections") }
  }

  private mutating func obey(_ actions: [PoolMachine.Action]) {
    for action in actions {
      switch action {
      case .give(let id, let waiter):
        if waiting.first != waiter { violations.append("\(waiter) served out of turn") }
        if !leased.insert(id).inserted { violations.append("\(id) lent twice") }
        waiting.removeAll { $0 == waiter }
      case .connect: connecting += 1
      case .close(let id): open.remove(id)
      case .fail(let waiter, _): waiting.removeAll { $0 == waiter }
      }
    }
  }
}

/// A small repeatable generator (Steele, Lea and Flood, 2014).
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
