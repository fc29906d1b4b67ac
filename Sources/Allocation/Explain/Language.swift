/// A language in which people are answered.
public enum Language: String, CaseIterable, Sendable {
  case chinese = "zh"
  case english = "en"
}
