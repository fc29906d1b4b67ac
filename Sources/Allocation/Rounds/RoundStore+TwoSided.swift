import Postgres

extension RoundStore {
  /// Stores what both sides have filed for the round's pairs: with scores and lottery numbers, all
  /// that stability is recomputed from.
  func storeRanks(_ round: SolvedRound, _ id: Int) async throws {
    let filed = round.filedRanks
    guard !filed.isEmpty else { return }
    _ = try await connection.copyIn(
      into: "allocation.round_rank",
      columns: ["round_id", "request_no", "option_no", "by_request", "by_resource"]
    ) { writer in
      for entry in filed {
        try await writer.write(
          id, Int32(entry.request), Int32(entry.option), entry.ranks.byRequest.map { Int32($0) },
          entry.ranks.byResource.map { Int32($0) })
      }
    }
  }

  func storeMatchings(_ round: SolvedRound, _ id: Int) async throws {
    guard !round.matchings.isEmpty else { return }
    _ = try await connection.copyIn(
      into: "allocation.round_matching", columns: ["round_id", "matching", "choices"]
    ) { writer in
      for matching in round.matchings {
        try await writer.write(id, matching.name.rawValue, matching.choices)
      }
    }
  }
}

extension SolvedRound {
  /// A pair for which a side has filed a rank, by request and option.
  struct FiledRanks {
    let request: Int
    let option: Int
    let ranks: RoundProblem.Ranks
  }

  var filedRanks: [FiledRanks] {
    problem.requests.enumerated().flatMap { number, request in
      request.options.enumerated().compactMap { index, option in
        option.ranks == RoundProblem.Ranks()
          ? nil : FiledRanks(request: number, option: index, ranks: option.ranks)
      }
    }
  }
}
