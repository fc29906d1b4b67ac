internal import Foundation
internal import Postgres

#if canImport(FoundationNetworking)
  internal import FoundationNetworking
#endif

/// Fetches one document: from the address that was named and from no other one, up to a number of
/// bytes, within a time.
///
/// A redirect is an answer like any other that is not 200. Followed, it would lead from `https` to
/// wherever the answer says, in the clear too.
final class BoundedDownload: NSObject, URLSessionDataDelegate {
  private struct State {
    var body: [UInt8] = []
    var fault: String?
    var waiting: CheckedContinuation<[UInt8], any Error>?
  }

  private let most: Int
  private let state = Guarded(State())

  private init(most: Int) { self.most = most }

  /// - Throws: ``KeySource/Unavailable``.
  static func get(_ url: URL, atMost most: Int, within time: Duration) async throws -> [UInt8] {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    configuration.httpShouldSetCookies = false
    let download = BoundedDownload(most: most)
    let session = URLSession(configuration: configuration, delegate: download, delegateQueue: nil)
    defer { session.finishTasksAndInvalidate() }
    let task = session.dataTask(with: url)
    // The session's own limit counts from the last byte: a byte a second would never end.
    let clock = Task {
      try await Task.sleep(for: time)
      download.refuse("\(url) does not answer within \(time)")
      task.cancel()
    }
    defer { clock.cancel() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        download.state.withLock { $0.waiting = continuation }
        task.resume()
      }
    } onCancel: {
      task.cancel()
    }
  }

  private func refuse(_ fault: String) {
    state.withLock { $0.fault = $0.fault ?? fault }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    refuse("\(response.url?.absoluteString ?? "the address") answers \(response.statusCode)")
    completionHandler(nil)
    task.cancel()
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    if status != 200 {
      refuse("\(response.url?.absoluteString ?? "the address") answers \(status)")
    }
    completionHandler(status == 200 ? .allow : .cancel)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let isTooMuch = state.withLock { state in
      guard state.body.count + data.count <= most else { return true }
      state.body += data
      return false
    }
    if isTooMuch {
      refuse("the document has more than \(most) bytes")
      dataTask.cancel()
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    let (waiting, result) = state.withLock { state in
      let fault = state.fault ?? error?.localizedDescription
      let result: Result<[UInt8], any Error> =
        fault.map { .failure(KeySource.Unavailable(description: $0)) } ?? .success(state.body)
      defer { state.waiting = nil }
      return (state.waiting, result)
    }
    waiting?.resume(with: result)
  }
}
