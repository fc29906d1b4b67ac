extension RoundProblem {
  /// The least and the most of a row that may be used.
  struct Bounds {
    let lower: Int64
    let upper: Int64
  }

  /// The same problem without a request.
  func without(request place: Int) -> RoundProblem {
    var requests = requests
    requests.remove(at: place)
    return RoundProblem(canonical: requests, rows: rows, rule: rule)
  }

  /// The same problem with the options that stay.
  ///
  /// - Parameter isKept: told a request's place and an option of it.
  func keeping(_ isKept: (Int, Option) -> Bool) -> RoundProblem {
    let requests = requests.enumerated().map { place, request in
      Request(
        number: request.number, uscc: request.uscc, enterprise: request.enterprise,
        options: request.options.filter { isKept(place, $0) }, failures: request.failures)
    }
    return RoundProblem(canonical: requests, rows: rows, rule: rule)
  }

  /// The same problem with other bounds of some rows, by name.
  func changing(_ bounds: [String: Bounds]) -> RoundProblem {
    let rows = rows.map { row in
      bounds[row.name].map { bounds in
        Row(
          kind: row.kind, resource: row.resource, unit: row.unit, lower: bounds.lower,
          upper: bounds.upper, penalty: bounds.lower > 0 ? row.penalty : 0, lots: row.lots,
          places: row.places)
      } ?? row
    }
    return RoundProblem(canonical: requests, rows: rows, rule: rule)
  }
}

extension RoundProblem.Option {
  static let institutionPost = "institution_post"
  static let product = "product"

  /// What is given with the resource and named beside it: the institution post with a host post, the
  /// product of a bank; `nil` where the resource says all.
  var companion: String? { detail[Self.institutionPost] ?? detail[Self.product] }
}
