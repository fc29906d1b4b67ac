extension NestedFlow {
  /// Carries out what a search has found, walking back from its end to the newcomer.
  mutating func turnOver(_ goal: Goal, for newcomer: Int32) {
    switch goal {
    case .unserved:
      return
    case .root:
      walkBack(from: root, to: newcomer)
    case .dropped(let tenant):
      let row = home(of: tenant)
      leave(tenant)
      walkBack(from: row, to: newcomer)
    }
  }

  /// Moves one unit along the noted ways that lead to `end`, back to where `newcomer` enters.
  func walkBack(from end: Int32, to newcomer: Int32) {
    var row = end
    while true {
      if entry[row] < 0 {
        let before = ~entry[row]
        if row == root || parent[before] == row {
          addUnit(before)
        } else {
          removeUnit(row)
        }
        row = before
      } else {
        let mover = entrant[row]
        let before = choice[mover] >= 0 ? home(of: mover) : root
        if choice[mover] >= 0 { leave(mover) }
        settle(mover, entry[row])
        if mover == newcomer { return }
        row = before
      }
    }
  }

  /// Takes a request from its leaf without touching the flow above.
  func leave(_ request: Int32) {
    tenants.remove(request, from: home(of: request))
    choice[request] = -1
  }

  /// Puts a request at an option's leaf without touching the flow above.
  func settle(_ request: Int32, _ option: Int32) {
    choice[request] = option
    tenants.insert(request, into: leaf[option])
  }

  /// One unit more from a row to the row above.
  func addUnit(_ row: Int32) {
    if flow[row] == 0 { children.insert(row, into: parent[row]) }
    flow[row] &+= 1
  }

  /// One unit less from a row to the row above.
  func removeUnit(_ row: Int32) {
    flow[row] &-= 1
    if flow[row] == 0 { children.remove(row, from: parent[row]) }
  }
}
