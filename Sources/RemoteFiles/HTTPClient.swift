import Foundation
import FoundationNetworking

/// Asks web servers for files, one request a call; calls from several threads run side by side.
///
/// Redirects are followed; the credentials go only to the origin that was asked first.
final class HTTPClient: Sendable {
    /// The head of a response.
    struct Head: Sendable {
        /// 200 or 206.
        let status: Int
        /// Where in the file the answer's first byte is.
        let start: Int
        /// Size of the whole file, where the server says it.
        let total: Int?
    }

    let credentials: Credentials
    private let patienceSeconds: Double
    private let router = ExchangeRouter()
    private let session: URLSession

    /// A client that drops connections which are silent for `patienceSeconds`.
    init(credentials: Credentials, patienceSeconds: Double) {
        self.credentials = credentials
        self.patienceSeconds = patienceSeconds
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.httpShouldSetCookies = false
        configuration.httpMaximumConnectionsPerHost = 32
        // The silence is measured here; the library's own limit only comes after it.
        configuration.timeoutIntervalForRequest = patienceSeconds * 2 + 10
        session = URLSession(
            configuration: configuration, delegate: router, delegateQueue: CallerQueue())
    }

    deinit { session.invalidateAndCancel() }

    /// Gets the file at `url`, or the part `range` of it, and calls `receive` with the pieces in
    /// order, each with the answer's head. A server may give the whole file instead of the part.
    ///
    /// - Parameters:
    ///   - limitBytes: the most that a whole file may be; the transfer ends as soon as more comes.
    ///   - isRefetch: asks caches on the way for the server's own file.
    /// - Throws: `HTTPFailure`; `CancellationError`; what `receive` throws, which ends the request.
    func get(
        _ url: URL, range: Range<Int>? = nil, limitBytes: Int, isRefetch: Bool = false,
        cancellation: Cancellation, receive: (Head, Data) throws -> Void
    ) throws {
        var request = URLRequest(url: url)
        if let range {
            request.setValue(
                "bytes=\(range.lowerBound)-\(range.upperBound - 1)", forHTTPHeaderField: "Range")
        }
        if isRefetch { request.setValue("no-cache", forHTTPHeaderField: "Cache-Control") }
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        request.setValue("mmbert", forHTTPHeaderField: "User-Agent")
        let headers = request.allHTTPHeaderFields ?? [:]
        if let authorization = credentials.header(for: url) {
            request.setValue(authorization, forHTTPHeaderField: "Authorization")
        }
        let exchange = Exchange(
            origin: url, headers: headers, authorization: credentials.header(for: url),
            limitBytes: limitBytes, rangeBytes: range?.count ?? limitBytes)
        let task = session.dataTask(with: request)
        router.add(exchange, for: task)
        defer {
            // First, as the library's thread may wait for its pieces to be taken.
            exchange.close()
            router.remove(task)
            task.cancel()
        }
        task.resume()
        try follow(exchange, range, cancellation, receive)
    }

    private func follow(
        _ exchange: Exchange, _ range: Range<Int>?, _ cancellation: Cancellation,
        _ receive: (Head, Data) throws -> Void
    ) throws {
        var lastSign = ContinuousClock.now
        while true {
            try cancellation.check()
            guard exchange.waitForNews(seconds: 0.1) else {
                if ContinuousClock.now - lastSign > .seconds(patienceSeconds) {
                    throw HTTPFailure.connection("no answer in \(Int(patienceSeconds)) s")
                }
                continue
            }
            lastSign = .now
            let news = exchange.takeNews()
            if let response = news.response {
                let head = try Self.head(of: response, range)
                for piece in news.pieces { try receive(head, piece) }
            }
            switch news.end {
            case .none: continue
            case .success: return
            case .failure(let error): throw HTTPFailure(error)
            }
        }
    }

    private static func head(of response: HTTPURLResponse, _ range: Range<Int>?) throws -> Head {
        let length = response.value(forHTTPHeaderField: "Content-Length").flatMap { Int($0) }
        switch response.statusCode {
        case 200: return Head(status: 200, start: 0, total: length)
        case 206:
            guard let range, let text = response.value(forHTTPHeaderField: "Content-Range"),
                let parts = text.wholeMatch(of: /bytes (\d+)-\d+\/(\d+|\*)/),
                let start = Int(parts.1), start == range.lowerBound
            else { throw HTTPFailure.nonsense("another part of the file than was asked for") }
            return Head(status: 206, start: start, total: Int(parts.2))
        default:
            throw HTTPFailure.status(
                response.statusCode,
                retryAfter: response.value(forHTTPHeaderField: "Retry-After")
                    .flatMap { retryAfterSeconds($0, now: Date()) })
        }
    }
}

/// The seconds that a Retry-After header asks for: a number, or an HTTP date.
package func retryAfterSeconds(_ text: String, now: Date) -> Double? {
    if let seconds = Double(text), seconds >= 0 { return seconds }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.date(from: text).map { max(0, $0.timeIntervalSince(now)) }
}
