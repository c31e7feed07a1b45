import Foundation

/// A token for web servers. It is sent in the Authorization header and shown nowhere.
public struct Credentials: Sendable {
    /// The environment variable that holds the token.
    public static let variable = "MMBERT_REMOTE_TOKEN"

    private let token: String?

    /// The credentials `token`, or none if it is nil or empty.
    public init(token: String?) {
        self.token = token.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What the environment variable holds.
    public static var fromEnvironment: Credentials {
        Credentials(token: ProcessInfo.processInfo.environment[variable])
    }

    /// The value of the Authorization header for a request to `url`, whose origin the manifest
    /// names. Over plain http, which anyone on the way can read, there is none, unless the server
    /// is on this machine.
    func header(for url: URL) -> String? {
        guard let token else { return nil }
        let isSafe = url.scheme?.lowercased() == "https" || Self.isLoopback(url.host ?? "")
        return isSafe ? "Bearer \(token)" : nil
    }

    /// What to do about a server that refuses to give the file at the address `name`.
    func remedy(for name: String) -> String {
        guard token != nil else {
            return "If the server wants a token, put it into the environment variable "
                + "\(Self.variable)."
        }
        guard let url = URL(string: name), header(for: url) == nil else {
            return "The token in \(Self.variable) does not open this file: check it, and what it "
                + "is allowed to read."
        }
        return "The token in \(Self.variable) is not sent over plain http: write https in the "
            + "manifest."
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasPrefix("127.") || host == "::1" || host == "[::1]"
    }
}
