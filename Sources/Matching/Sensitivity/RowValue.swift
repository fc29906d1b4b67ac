/// What units of a row are worth to the whole, in points.
public enum RowValue: Hashable, Sendable {
  /// How the best objective changes, exactly: `more` is gained by one unit more of the row's upper
  /// bound, `less` is lost by one unit less (`nil` where the row holds none).
  case exact(more: Int64, less: Int64?)
  /// The certificate's price, as numerator / scale: with n units more no allocation earns more than
  /// the bound + n · price; with n fewer none earns more than the bound − n · price. What the best
  /// allocation itself gains or loses may differ. Below 0 the row's lower bound is what weighs, and
  /// more units change nothing.
  case price(Int64, scale: Int64)
  /// The certificate packs the row exactly instead of pricing it, so that units have no price of
  /// their own.
  case packed
}
