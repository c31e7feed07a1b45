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
        /// Bytes that arrived in all, and those of `pieces`.
        fileprivate var received = 0, waiting = 0

        /// Whether nothing more is to be read for now.
        fileprivate var isFull: Bool { end != nil || waiting > Exchange.mostWaiting }
    }

    /// Bytes that may wait to be taken before more is read.
    fileprivate static let mostWaiting = 32 << 20

    /// The address that was asked first, and what was said there.
    let origin: URL
    let headers: [String: String]
    let authorization: String?
    private let news = Mutex(News())
    /// The most bytes of an answer with the whole file, and of one with the part asked for.
    private let limitBytes, rangeBytes: Int
    private let isClosed = Atomic(false)
    private let redirects = Atomic(0)
    private let arrived = DispatchSemaphore(value: 0)

    init(
        origin: URL, headers: [String: String], authorization: String?, limitBytes: Int,
        rangeBytes: Int
    ) {
        (self.origin, self.headers, self.authorization) = (origin, headers, authorization)
        (self.limitBytes, self.rangeBytes) = (limitBytes, rangeBytes)
    }

    /// Waits for something to arrive; false if nothing does in time.
    func waitForNews(seconds: Double) -> Bool {
        arrived.wait(timeout: .now() + seconds) == .success
    }

    func takeNews() -> News {
        news.withLock { news in
            defer { (news.pieces, news.waiting) = ([], 0) }
            return news
        }
    }

    func add(_ change: @Sendable (inout News) -> Void) {
        news.withLock { change(&$0) }
        arrived.signal()
    }

    /// Takes the head of a response; false if what follows it is not wanted.
    func begin(_ response: HTTPURLResponse?) -> Bool {
        guard let response else { return false }
        guard [200, 206].contains(response.statusCode) else {
            // Its body is nobody's concern.
            add { ($0.response, $0.end) = (response, .success(())) }
            return false
        }
        if let encoding = Self.encoding(of: response) {
            add { $0.end = .failure(HTTPFailure.encoded(encoding)) }
            return false
        }
        add { $0.response = response }
        return true
    }

    /// The encoding of an answer that the library would decode: a short one may then fill the
    /// memory. Nil for a file as it is.
    private static func encoding(of response: HTTPURLResponse) -> String? {
        let plain = [
            "Content-Encoding": ["", "identity"], "Transfer-Encoding": ["", "identity", "chunked"],
        ]
        return plain.sorted { $0.key < $1.key }.lazy.compactMap { header, plain in
            let encoding = response.value(forHTTPHeaderField: header) ?? ""
            let name = encoding.trimmingCharacters(in: .whitespaces).lowercased()
            return plain.contains(name) ? nil : encoding
        }.first
    }

    /// Takes a piece of the answer, on the library's thread, which waits here as long as too much
    /// waits to be taken. More than may come ends the exchange: it is dropped, and nothing more is
    /// read until the request is cancelled.
    func take(_ piece: Data) {
        news.withLock { news in
            guard news.end == nil else { return }
            news.received += piece.count
            let isPart = news.response?.statusCode == 206
            guard news.received <= (isPart ? rangeBytes : limitBytes) else {
                news.end = .failure(
                    isPart ? HTTPFailure.nonsense("more than was asked for") : .excess)
                return
            }
            news.pieces.append(piece)
            news.waiting += piece.count
        }
        arrived.signal()
        while !isClosed.load(ordering: .acquiring), news.withLock({ $0.isFull }) {
            Thread.sleep(forTimeInterval: 0.005)
        }
        // What still comes before the request is cancelled, which a busy machine may put off for
        // minutes, comes slowly.
        if isClosed.load(ordering: .acquiring) { Thread.sleep(forTimeInterval: 0.05) }
    }

    /// Says that nobody takes anything any more.
    func close() {
        isClosed.store(true, ordering: .releasing)
        finish(.success(()))
    }

    /// Ends the exchange, unless it has ended.
    func finish(_ end: Result<Void, any Error>) {
        add { if case .none = $0.end { $0.end = end } }
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

/// Runs what the library has for its delegate at once, on the library's thread. On a queue of its
/// own what arrives faster than it is taken would pile up without end.
final class CallerQueue: OperationQueue, @unchecked Sendable {
    override func addOperation(_ block: @escaping @Sendable () -> Void) { block() }

    override func addOperation(_ operation: Operation) { operation.start() }
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
        let goesOn = exchange(dataTask)?.begin(response as? HTTPURLResponse) ?? false
        completionHandler(goesOn ? .allow : .cancel)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        // Whoever asked cancels the task: here, on its own queue, it would wait for itself.
        exchange(dataTask)?.take(data)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        exchange(task)?.finish(error.map { .failure($0) } ?? .success(()))
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
