/// A problem as read from an instance file: whitespace-separated integers after a first word that
/// names the format.
public enum Instance: Sendable {
  /// `alloc`: requests with options on rows.
  case allocation(Problem)
  /// `stable`: residents and hospitals with ranked lists.
  case stable(StableProblem)
  /// `designation`: two resources for each group, then members.
  case designation(DesignationProblem)

  /// Reads an instance.
  ///
  /// Files carry no lottery numbers. Numbers made of the content take their place
  /// (``ContentLottery``), so that lines may change places; but where a file has very many options
  /// of one row and one unit each, and in `stable` files, ties fall by the order in the file.
  ///
  /// - Parameter bytes: the whole file.
  /// - Throws: ``InstanceError`` with line, column, value and remedy.
  /// - Complexity: linear in the bytes, which are read once.
  public init(parsing bytes: [UInt8]) throws(InstanceError) {
    self = try Instance(parsing: bytes, piece: Instance.piece)
  }

  /// Reads an instance that is not in memory, a piece at a time.
  ///
  /// - Parameters:
  ///   - size: the number of bytes, where known: memory is set aside by it.
  ///   - source: fills a buffer from its start and returns how many bytes it wrote; 0 at the end.
  /// - Throws: as ``init(parsing:)``.
  /// - Complexity: as ``init(parsing:)``; beside the problem, a sixteenth of a megabyte of memory.
  public init(
    size: Int?, reading source: @escaping (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) throws(InstanceError) {
    var scanner = InstanceScanner(size: size, piece: Instance.piece, source)
    self = try Instance(&scanner)
  }

  /// - Parameter piece: bytes read at once.
  init(parsing bytes: [UInt8], piece: Int) throws(InstanceError) {
    var rest = bytes[...]
    var scanner = InstanceScanner(size: bytes.count, piece: min(piece, bytes.count)) { buffer in
      let next = rest.prefix(buffer.count)
      rest = rest.dropFirst(next.count)
      return buffer.update(fromContentsOf: next)
    }
    self = try Instance(&scanner)
  }

  /// Bytes read at once: no more of a large file need be in memory beside the problem.
  private static let piece = 1 << 16

  private init(_ scanner: inout InstanceScanner) throws(InstanceError) {
    let format = try scanner.word("the format's name")
    switch format {
    case "alloc": self = .allocation(try Problem(&scanner))
    case "stable": self = .stable(try StableProblem(&scanner))
    case "designation": self = .designation(try DesignationProblem(&scanner))
    default:
      throw scanner.fault(
        "this is not the name of a format", "begin the file with alloc, stable or designation")
    }
    try scanner.end()
  }
}
