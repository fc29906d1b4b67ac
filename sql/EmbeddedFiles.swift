/// The files that the binary carries: migrations, report views, reference data and a sample city.
///
/// The contents (`migrations`, `reports`, `data`, `sampleCity`) are generated at build time by the
/// `EmbedFiles` plugin from `sql/migrations`, `sql/report`, `data` and `data/xuancheng`; names are
/// relative to those folders and sorted.
public enum EmbeddedFiles {
  /// The embedded text of one file below `data`, for example `reference/gbt4754-2017.csv`.
  public static func data(named name: String) -> String? {
    data.first { $0.name == name }?.text
  }
}
