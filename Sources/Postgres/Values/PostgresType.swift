/// A server data type, known by its object identifier.
///
/// Only the types that this client encodes or decodes have names; any other type arrives with its
/// number and can still be read as text where its binary form is text (enumerations, `citext`).
public struct PostgresType: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }
}

extension PostgresType {
  /// Left to the server to infer. Parameters of this type travel as text.
  @inlinable public static var unspecified: Self { Self(rawValue: 0) }

  @inlinable public static var bool: Self { Self(rawValue: 16) }
  @inlinable public static var bytea: Self { Self(rawValue: 17) }
  @inlinable public static var char: Self { Self(rawValue: 18) }
  @inlinable public static var name: Self { Self(rawValue: 19) }
  @inlinable public static var int8: Self { Self(rawValue: 20) }
  @inlinable public static var int2: Self { Self(rawValue: 21) }
  @inlinable public static var int4: Self { Self(rawValue: 23) }
  @inlinable public static var text: Self { Self(rawValue: 25) }
  @inlinable public static var oid: Self { Self(rawValue: 26) }
  @inlinable public static var json: Self { Self(rawValue: 114) }
  @inlinable public static var xml: Self { Self(rawValue: 142) }
  @inlinable public static var float4: Self { Self(rawValue: 700) }
  @inlinable public static var float8: Self { Self(rawValue: 701) }
  @inlinable public static var unknown: Self { Self(rawValue: 705) }
  @inlinable public static var bpchar: Self { Self(rawValue: 1042) }
  @inlinable public static var varchar: Self { Self(rawValue: 1043) }
  @inlinable public static var date: Self { Self(rawValue: 1082) }
  @inlinable public static var timestamp: Self { Self(rawValue: 1114) }
  @inlinable public static var timestamptz: Self { Self(rawValue: 1184) }
  @inlinable public static var numeric: Self { Self(rawValue: 1700) }
  @inlinable public static var void: Self { Self(rawValue: 2278) }
  @inlinable public static var uuid: Self { Self(rawValue: 2950) }
  @inlinable public static var jsonb: Self { Self(rawValue: 3802) }
  @inlinable public static var daterange: Self { Self(rawValue: 3912) }

  /// Types from here on were made by users: enumerations, domains, extensions.
  var isUserDefined: Bool { rawValue >= 16_384 }
}

extension PostgresType {
  /// The array type over this element type, `nil` where this client knows none.
  public var array: PostgresType? {
    Self.arrays[self]
  }

  private static let arrays: [PostgresType: PostgresType] = [
    .bool: .init(rawValue: 1000), .bytea: .init(rawValue: 1001), .char: .init(rawValue: 1002),
    .name: .init(rawValue: 1003), .int2: .init(rawValue: 1005), .int4: .init(rawValue: 1007),
    .text: .init(rawValue: 1009), .unspecified: .init(rawValue: 1009),
    .bpchar: .init(rawValue: 1014), .varchar: .init(rawValue: 1015), .int8: .init(rawValue: 1016),
    .float4: .init(rawValue: 1021), .float8: .init(rawValue: 1022), .oid: .init(rawValue: 1028),
    .json: .init(rawValue: 199), .timestamp: .init(rawValue: 1115), .date: .init(rawValue: 1182),
    .timestamptz: .init(rawValue: 1185), .numeric: .init(rawValue: 1231),
    .uuid: .init(rawValue: 2951), .jsonb: .init(rawValue: 3807),
    .daterange: .init(rawValue: 3913),
  ]

  /// The element type of an array type, `nil` for anything else.
  public var element: PostgresType? {
    Self.elements[self]
  }

  private static let elements: [PostgresType: PostgresType] = {
    var inverse: [PostgresType: PostgresType] = [:]
    for (element, array) in arrays where element != .unspecified {
      inverse[array] = element
    }
    return inverse
  }()
}

extension PostgresType: CustomStringConvertible {
  /// The type's SQL name where known, otherwise `type 16391`.
  public var description: String {
    if let element { return "\(element)[]" }
    return Self.names[self] ?? "type \(rawValue)"
  }

  private static let names: [PostgresType: String] = [
    .unspecified: "unspecified", .bool: "boolean", .bytea: "bytea", .char: "\"char\"",
    .name: "name", .int8: "bigint", .int2: "smallint", .int4: "integer", .text: "text",
    .oid: "oid", .json: "json", .xml: "xml", .float4: "real", .float8: "double precision",
    .unknown: "unknown", .bpchar: "character", .varchar: "character varying", .date: "date",
    .timestamp: "timestamp", .timestamptz: "timestamptz", .numeric: "numeric", .void: "void",
    .uuid: "uuid", .jsonb: "jsonb", .daterange: "daterange",
  ]
}
