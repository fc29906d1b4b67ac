import Foundation
public import Postgres

/// One year's notice of the State Council on holidays, in the form of holiday-cn (`YYYY.json`).
public struct HolidayNotice: Sendable {
  public struct Exception: Hashable, Sendable {
    public let day: DateOnly
    public let name: String
    /// `true`: off. `false`: a make-up workday.
    public let isOff: Bool
  }

  public let year: Int
  /// Where the notice stands.
  public let source: String
  /// Days that differ from their weekday. Empty while the notice is not published.
  public let exceptions: [Exception]

  /// Reads a notice.
  ///
  /// - Throws: ``CalendarError/malformedNotice(file:what:)``.
  public init(json: String, file: String) throws {
    let form: Form
    do {
      form = try JSONDecoder().decode(Form.self, from: Data(json.utf8))
    } catch {
      throw CalendarError.malformedNotice(file: file, what: "\(error)")
    }
    year = form.year
    source = form.papers.first ?? ""
    exceptions = try form.days.map { day in
      guard let date = DateOnly(text: day.date) else {
        throw CalendarError.malformedNotice(file: file, what: "no date: \(day.date)")
      }
      return Exception(day: date, name: day.name, isOff: day.isOffDay)
    }
  }

  private struct Form: Decodable {
    struct Day: Decodable {
      let name: String
      let date: String
      let isOffDay: Bool
    }
    let year: Int
    let papers: [String]
    let days: [Day]
  }
}
