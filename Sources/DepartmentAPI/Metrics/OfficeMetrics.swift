internal import Postgres

/// What `/metrics` shows beside the process's calls: its connections to the database, offers and rounds,
/// and what waits for a worker.
struct OfficeMetrics: Sendable {
  let pool: Pool

  /// What the database tells.
  ///
  /// - Throws: ``PostgresError``; `text` has part of it then.
  func write(to text: inout MetricsText) async throws {
    try await writeOffers(to: &text)
    try await writeRounds(to: &text)
    try await writeQueue(to: &text)
  }

  func writePool(to text: inout MetricsText) {
    let occupancy = pool.occupancy
    text.head("yaosu_pool_connections", "gauge", "Connections to the database.")
    text.line("yaosu_pool_connections", [], "\(occupancy.open)")
    text.head("yaosu_pool_connections_in_use", "gauge", "Connections that calls work with.")
    text.line("yaosu_pool_connections_in_use", [], "\(occupancy.lent)")
    text.head("yaosu_pool_connections_max", "gauge", "Connections that there may be at once.")
    text.line("yaosu_pool_connections_max", [], "\(occupancy.maximum)")
    text.head("yaosu_pool_waiting", "gauge", "Calls that wait for a connection.")
    text.line("yaosu_pool_waiting", [], "\(occupancy.waiting)")
  }

  private func writeOffers(to text: inout MetricsText) async throws {
    let offers = try await pool.query(
      """
      SELECT mechanism::text, state, count(*) FROM allocation.offer
      GROUP BY mechanism::text, state ORDER BY 1, 2
      """
    ).decode(String.self, String.self, Int.self)
    text.head("yaosu_offers", "gauge", "Offers by mechanism and state.")
    for (mechanism, state, count) in offers {
      text.line("yaosu_offers", [("mechanism", mechanism), ("state", state)], "\(count)")
    }
  }

  private func writeRounds(to text: inout MetricsText) async throws {
    let rounds = try await pool.query(
      """
      SELECT mechanism::text, status, count(*),
        extract(epoch FROM max(finished_at))::float8
      FROM allocation.round GROUP BY mechanism::text, status ORDER BY 1, 2
      """
    ).decode(String.self, String.self, Int.self, Double.self)
    text.head("yaosu_rounds", "gauge", "Rounds by mechanism and status.")
    for (mechanism, status, count, _) in rounds {
      text.line("yaosu_rounds", [("mechanism", mechanism), ("status", status)], "\(count)")
    }
    text.head("yaosu_round_finished_seconds", "gauge", "When the last round finished (Unix time).")
    for (mechanism, status, _, finished) in rounds {
      text.line(
        "yaosu_round_finished_seconds", [("mechanism", mechanism), ("status", status)],
        "\(finished)")
    }
  }

  /// Of every mechanism that was ever asked for, so that a queue that has become empty reads 0.
  private func writeQueue(to text: inout MetricsText) async throws {
    let queues = try await pool.query(
      """
      SELECT q.mechanism::text,
        count(*) FILTER (WHERE q.state = 'queued' AND l.queued_id IS NULL),
        count(*) FILTER (WHERE q.state = 'queued' AND l.queued_id IS NOT NULL),
        count(*) FILTER (WHERE q.state = 'failed'),
        coalesce(extract(epoch FROM clock_timestamp() - min(q.asked_at)
          FILTER (WHERE q.state = 'queued' AND l.queued_id IS NULL)), 0)::float8
      FROM allocation.queued_round q
      LEFT JOIN allocation.queue_lease l
        ON l.queued_id = q.queued_id AND l.lapses_at > clock_timestamp()
      GROUP BY q.mechanism::text ORDER BY 1
      """
    ).decode(String.self, Int.self, Int.self, Int.self, Double.self)
    text.head("yaosu_queued_rounds", "gauge", "Rounds that were asked for and are not computed.")
    for (mechanism, queued, running, failed, _) in queues {
      for (state, count) in [("queued", queued), ("running", running), ("failed", failed)] {
        text.line(
          "yaosu_queued_rounds", [("mechanism", mechanism), ("state", state)], "\(count)")
      }
    }
    text.head("yaosu_queue_age_seconds", "gauge", "How long the oldest of them has waited.")
    for (mechanism, _, _, _, age) in queues {
      text.line("yaosu_queue_age_seconds", [("mechanism", mechanism)], "\(age)")
    }
  }
}
