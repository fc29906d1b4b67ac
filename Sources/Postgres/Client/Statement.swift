internal import CLibPQ

/// A statement ready to be sent: its text and its values, encoded.
struct Statement: Sendable {
  let text: String
  let parameters: EncodedParameters
  let site: CallSite

  /// - Throws: ``PostgresError`` of kind `encoding` for a value without a form as its type.
  init(_ sql: SQL, at site: CallSite) throws {
    let (text, values) = sql.rendered()
    self.text = text
    self.site = site
    do {
      parameters = values.isEmpty ? .none : try EncodedParameters(values)
    } catch let error as ValueError {
      var wrapped = PostgresError(.encoding, error.description, callSite: site)
      wrapped.statement = text
      throw wrapped
    }
  }

  /// A text without values.
  init(text: String, site: CallSite) {
    self.text = text
    self.site = site
    parameters = .none
  }

  var key: StatementCache.Key { StatementCache.Key(text: text, types: parameters.types) }

  /// What to send for it, in order; the last command brings its result.
  func commands(by plan: StatementCache.Plan) -> [Command] {
    switch plan {
    case .unnamed: return [unnamed]
    case .prepared(let name): return [execution(of: name)]
    case .prepare(let name, let evicted):
      let farewell = evicted.map { evicted in
        Command(text: text) { pg in
          PQsendQueryParams(pg, "DEALLOCATE \(evicted)", 0, nil, nil, nil, nil, 1)
        }
      }
      return (farewell.map { [$0] } ?? []) + [preparation(as: name), execution(of: name)]
    }
  }

  private var unnamed: Command {
    Command(text: text) { [text, parameters] pg in
      parameters.withPointers { count, types, values, lengths, formats in
        PQsendQueryParams(pg, text, count, types, values, lengths, formats, 1)
      }
    }
  }

  private func preparation(as name: String) -> Command {
    Command(text: text) { [text, parameters] pg in
      parameters.withPointers { count, types, _, _, _ in
        PQsendPrepare(pg, name, text, count, types)
      }
    }
  }

  private func execution(of name: String) -> Command {
    Command(text: text) { [parameters] pg in
      parameters.withPointers { count, _, values, lengths, formats in
        PQsendQueryPrepared(pg, name, count, values, lengths, formats, 1)
      }
    }
  }
}
