internal import Allocation
internal import Postgres

/// Reads of single rows, asked together where they come together.
///
/// A read goes out at once while fewer transactions are under way than there are lanes. Those that come
/// later wait for one to end, and what one bearer has asked by then goes out as one transaction in
/// one round trip: letting the bearer in costs more than the row. Nothing is remembered between
/// transactions. Only searches by the key of a table share; others go out alone, beside the lanes.
final class SharedReads: Sendable {
  /// A row as JSON and its version; `nil` where the caller sees none.
  typealias Found = (json: String, version: String)?

  private struct Wanted {
    let search: RowSearch
    let deadline: ContinuousClock.Instant
  }

  private struct Read {
    let wanted: Wanted
    let credential: Credential
    let waiter: CheckedContinuation<Found, any Error>
  }

  private let pool: Pool
  private let gathering: Guarded<Gathering<Credential, Read>>

  /// - Parameter lanes: transactions under way at most; more would share the same processors.
  init(pool: Pool, lanes: Int) {
    self.pool = pool
    gathering = Guarded(Gathering(lanes: lanes, lanesOfKind: lanes, most: 32))
  }

  /// Reads a row in the caller's own role.
  ///
  /// - Throws: ``Problem`` `unauthenticated`; ``PostgresError``.
  func row(_ call: Call, _ search: RowSearch) async throws -> Found {
    let credential = try call.shown()
    let wanted = Wanted(search: search, deadline: call.deadline)
    guard search.text != nil else { return try await ask([wanted], as: credential).first ?? nil }
    return try await withCheckedThrowingContinuation { waiter in
      let read = Read(wanted: wanted, credential: credential, waiter: waiter)
      let opensLane = gathering.withLock { $0.add(read, of: credential) }
      if opensLane { Task(executorPreference: LoopExecutor.current) { [self] in await work() } }
    }
  }

  /// How many wait for a lane.
  var waitingCount: Int { gathering.withLock { $0.waitingCount } }

  private func work() async {
    var done: Gathering<Credential, Read>.Batch?
    while let batch = gathering.withLock({ $0.next(after: done) }) {
      let now = ContinuousClock.now
      for read in batch.items where read.wanted.deadline <= now {
        read.waiter.resume(throwing: Problem(.timeout))
      }
      await answer(batch.items.filter { $0.wanted.deadline > now })
      done = batch
      await Task.yield()
    }
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
      let limit = (reads.map(\.deadline).min() ?? .now) - .now
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
