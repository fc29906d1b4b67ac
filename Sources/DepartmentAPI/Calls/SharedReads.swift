internal import Allocation
internal import Postgres

/// Reads of single rows, asked together where they come together.
///
/// A read goes out at once while fewer than ``lanes`` transactions are under way. Those that come
/// later wait for one to end, and what one bearer has asked by then goes out as one transaction in
/// one round trip: letting the bearer in costs more than the row. Nothing is remembered between
/// transactions. Only searches by the key of a table share; others go out alone, beside the lanes.
final class SharedReads: Sendable {
  /// A row as JSON and its version; `nil` where the caller sees none.
  typealias Found = (json: String, version: String)?

  private struct Wanted {
    let search: RowSearch
    let call: Call
  }

  private struct Read {
    let wanted: Wanted
    let credential: Credential
    let waiter: CheckedContinuation<Found, any Error>
  }

  private struct State {
    /// In the order in which they came.
    var waiting: [Read] = []
    var underWay = 0
  }

  private let pool: Pool
  /// Transactions under way at most. More would share the same processors.
  private let lanes: Int
  private let state = Guarded(State())

  /// Reads in one transaction at most.
  static let most = 32

  init(pool: Pool, lanes: Int) {
    self.pool = pool
    self.lanes = max(lanes, 1)
  }

  /// Reads a row in the caller's own role.
  ///
  /// - Throws: ``Problem`` `unauthenticated`; ``PostgresError``.
  func row(_ call: Call, _ search: RowSearch) async throws -> Found {
    let credential = try call.shown()
    guard search.text != nil else {
      return try await ask([Wanted(search: search, call: call)], as: credential).first ?? nil
    }
    return try await withCheckedThrowingContinuation { waiter in
      let read = Read(
        wanted: Wanted(search: search, call: call), credential: credential, waiter: waiter)
      let opensLane = state.withLock { state in
        state.waiting.append(read)
        guard state.underWay < lanes else { return false }
        state.underWay += 1
        return true
      }
      if opensLane { Task { await work() } }
    }
  }

  /// How many wait for a lane.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  private func work() async {
    while let (reads, late) = state.withLock({ Self.next(&$0) }) {
      for read in late { read.waiter.resume(throwing: Problem(.timeout)) }
      await answer(reads)
    }
  }

  /// The reads of whoever came first, and those whose time is over; `nil`, and the lane is closed,
  /// where nobody waits.
  private static func next(_ state: inout State) -> (reads: [Read], late: [Read])? {
    let late = state.waiting.filter { $0.wanted.call.timeLeft <= .zero }
    let inTime = state.waiting.filter { $0.wanted.call.timeLeft > .zero }
    guard let first = inTime.first else {
      state.waiting = []
      if late.isEmpty { state.underWay -= 1 }
      return late.isEmpty ? nil : ([], late)
    }
    var taken: [Read] = []
    var left: [Read] = []
    for read in inTime {
      if taken.count < most, read.credential == first.credential {
        taken.append(read)
      } else {
        left.append(read)
      }
    }
    state.waiting = left
    return (taken, late)
  }

  private func answer(_ reads: [Read]) async {
    guard let first = reads.first else { return }
    do {
      let found = try await ask(reads.map(\.wanted), as: first.credential)
      for (read, row) in zip(reads, found) { read.waiter.resume(returning: row) }
    } catch let refusal as Problem {
      for read in reads { read.waiter.resume(throwing: refusal) }
    } catch {
      guard reads.count > 1 else { return first.waiter.resume(throwing: error) }
      // Alone, each has its own time and its own failure, and none keeps the lane.
      for read in reads { Task { await answer([read]) } }
    }
  }

  /// - Returns: what was found for each.
  private func ask(_ reads: [Wanted], as credential: Credential) async throws -> [Found] {
    let groups = Array(
      Dictionary(grouping: reads.indices) { reads[$0].search.text ?? "\($0)" }.values)
    let searches = groups.compactMap { group in
      group.first.map { reads[$0].search.statement(group.map { reads[$0].search.key }) }
    }
    let answers = try await pool.withConnection { connection in
      // Drawn up now: the wait for a connection is a part of the calls' time.
      let limit = reads.map(\.call.timeLeft).min() ?? .zero
      let entry = credential.entry(within: limit, as: .caller, readOnly: true)
      do {
        return try await connection.pipeline([entry] + searches)
      } catch let error as PostgresError where error.kind == .server {
        // Nobody who is not let in hears what became of the rest.
        guard try await credential.caller(connection.query(entry)) != nil else { return [] }
        throw error
      }
    }
    guard let entered = answers.first, try credential.caller(entered) != nil else {
      throw CallDesk.refusal(credential)
    }
    var found = [Found](repeating: nil, count: reads.count)
    for (group, rows) in zip(groups, answers.dropFirst()) {
      for (position, json, version) in try rows.decode(Int.self, String.self, String.self)
      where group.indices.contains(position - 1) {
        found[group[position - 1]] = (json, version)
      }
    }
    return found
  }
}

/// How a row is found by its key.
struct RowSearch: Sendable {
  /// What the statement is but for the keys: searches alike are asked as one. `nil` stands alone.
  let text: String?
  let key: [String]
  /// The statement for the keys of several searches alike: for each row found the position of its
  /// key, from 1, its JSON and its version.
  let statement: @Sendable (_ keys: [[String]]) -> SQL
}
