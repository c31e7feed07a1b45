import Foundation
import FoundationNetworking
import Synchronization

/// What arrives for one request, between the library's threads and the one that asked.
final class Exchange: Sendable {
    /// What arrived since it was taken last.
    struct News: Sendable {
        /// The head of the response, once it has arrived.
        var response: HTTPURLResponse?
        var pieces: [Data] = []
        /// How the exchange ended, once it has.
        var end: Result<Void, any Error>?
    }

    /// The address that was asked first, and what was said there.
    let origin: URL
    let headers: [String: String]
    let authorization: String?
    private let news = Mutex(News())
    private let redirects = Atomic(0)
    private let arrived = DispatchSemaphore(value: 0)

    init(origin: URL, headers: [String: String], authorization: String?) {
        (self.origin, self.headers, self.authorization) = (origin, headers, authorization)
    }

    /// Waits for something to arrive; false if nothing does in time.
    func waitForNews(seconds: Double) -> Bool {
        arrived.wait(timeout: .now() + seconds) == .success
    }

    func takeNews() -> News {
        news.withLock { news in
            defer { news.pieces = [] }
            return news
        }
    }

    func add(_ change: @Sendable (inout News) -> Void) {
        news.withLock { change(&$0) }
        arrived.signal()
    }

    /// The request that follows a redirect to `url`; nil if it is not to be followed.
    func request(redirectedTo url: URL) -> URLRequest? {
        guard redirects.add(1, ordering: .relaxed).newValue <= 10 else { return nil }
        let isDowngrade = origin.scheme?.lowercased() == "https" && url.scheme != "https"
        guard !isDowngrade else { return nil }
        var request = URLRequest(url: url)
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let isSameOrigin =
            url.scheme == origin.scheme && url.host == origin.host && url.port == origin.port
        if isSameOrigin, let authorization {
            request.setValue(authorization, forHTTPHeaderField: "Authorization")
        }
        return request
    }
}

/// Brings what the library reports about its tasks to their exchanges.
final class ExchangeRouter: NSObject, URLSessionDataDelegate {
    private let exchanges = Mutex<[Int: Exchange]>([:])

    func add(_ exchange: Exchange, for task: URLSessionTask) {
        exchanges.withLock { $0[task.taskIdentifier] = exchange }
    }

    func remove(_ task: URLSessionTask) {
        exchanges.withLock { $0[task.taskIdentifier] = nil }
    }

    private func exchange(_ task: URLSessionTask) -> Exchange? {
        exchanges.withLock { $0[task.taskIdentifier] }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        let response = response as? HTTPURLResponse
        exchange(dataTask)?.add { $0.response = response }
        completionHandler(response == nil ? .cancel : .allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        exchange(dataTask)?.add { $0.pieces.append(data) }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        exchange(task)?.add { $0.end = error.map { .failure($0) } ?? .success(()) }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(
            request.url.flatMap { exchange(task)?.request(redirectedTo: $0) })
    }
}
