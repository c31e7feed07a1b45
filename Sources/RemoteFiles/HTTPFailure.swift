import Diagnostics
import Foundation
import FoundationNetworking

/// Why a request did not give what was asked for.
enum HTTPFailure: Error {
    /// No connection, a connection that broke, or none that answered in time.
    case connection(String)
    /// A connection that is refused for what it is, such as a certificate that is not trusted.
    case distrust(String)
    /// An answer other than the file; `retryAfter` is in seconds.
    case status(Int, retryAfter: Double?)
    /// An answer that contradicts itself or the request.
    case nonsense(String)
    /// An answer in an encoding, which was not asked for.
    case encoded(String)
    /// An answer that is longer than the file may be.
    case excess

    init(_ error: any Error) {
        if let failure = error as? HTTPFailure {
            self = failure
            return
        }
        let sentence = (error as NSError).localizedDescription
        let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        switch (error as? URLError)?.code {
        case .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid,
            .clientCertificateRejected, .unsupportedURL, .badURL:
            self = .distrust(text)
        default:
            // The library has no name of its own for a certificate that does not hold.
            self = text.contains("certificate") ? .distrust(text) : .connection(text)
        }
    }

    /// Whether the same request may succeed later.
    var isTemporary: Bool {
        switch self {
        case .connection, .nonsense: true
        case .distrust, .encoded, .excess: false
        case .status(let status, _): status == 408 || status == 429 || status >= 500
        }
    }

    /// Seconds that the server asks to wait.
    var requestedDelay: Double? {
        if case .status(_, let delay) = self { delay } else { nil }
    }

    /// What happened, in a phrase.
    var text: String {
        switch self {
        case .connection(let text), .distrust(let text), .nonsense(let text): text
        case .encoded(let encoding): "an answer in the encoding \(encoding)"
        case .excess: "an answer that is longer than the file"
        case .status(let status, _):
            "status \(status) (\(HTTPURLResponse.localizedString(forStatusCode: status)))"
        }
    }

    /// The error for `name`, whose fetching is given up after `attempts` attempts.
    func error(at name: String, attempts: Int, credentials: Credentials) -> InputError {
        let remedy =
            switch self {
            case .status(401, _), .status(403, _): credentials.remedy(for: name)
            case .status(404, _), .status(410, _):
                "Check the address in the manifest, and that the server holds this file."
            case .encoded:
                "Let the server, or what is between, give files as they are: without "
                    + "Content-Encoding."
            case .distrust:
                "Check the address and the server's certificate; mmbert trusts the system's list."
            case _ where isTemporary:
                "Check the network and the server; the same command resumes where this one stopped."
            default: "Check the address in the manifest, and what the server says about it."
            }
        let times = attempts > 1 ? " at the last of \(attempts) attempts" : ""
        return InputError(
            at: name, expected: "a file that the server gives", found: text + times, remedy: remedy)
    }
}
