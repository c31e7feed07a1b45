import Foundation

/// What identifies this client to web servers: a token for named hosts, and the passwords of a
/// `.netrc`. They are sent in the Authorization header and shown nowhere.
public struct Credentials: Sendable {
    /// The environment variable that holds the token.
    public static let variable = "MMBERT_REMOTE_TOKEN"
    /// The environment variable that names the hosts which get it, with commas between them:
    /// `data.example.org` or `data.example.org:8443`.
    public static let hostVariable = "MMBERT_REMOTE_TOKEN_HOST"

    private let token: String?
    private let hosts: [String]
    private let passwords: NetworkPasswords

    /// The token `token`, or none if it is nil or empty, for `hosts` (`HOST` for any port, or
    /// `HOST:PORT`), and `passwords` for others.
    public init(
        token: String?, hosts: [String] = [], passwords: NetworkPasswords = NetworkPasswords()
    ) {
        self.token = token.flatMap { $0.isEmpty ? nil : $0 }
        self.hosts = hosts.map { $0.lowercased() }
        self.passwords = passwords
    }

    /// What the environment variables hold, and the user's `.netrc`.
    public static var fromEnvironment: Credentials {
        let environment = ProcessInfo.processInfo.environment
        let hosts = (environment[hostVariable] ?? "").split { $0 == "," || $0.isWhitespace }
        return Credentials(
            token: environment[variable], hosts: hosts.map(String.init),
            passwords: .ofUser(environment))
    }

    /// What a person should know before anything is sent.
    package var warnings: [String] {
        guard token != nil, hosts.isEmpty else { return passwords.warnings }
        return passwords.warnings + [
            "\(Self.variable) is sent to no server: \(Self.hostVariable) does not name the hosts "
                + "it is for"
        ]
    }

    /// The value of the Authorization header for a request to `url`, whose origin the manifest
    /// names; nil for a host that has none. Over plain http, which anyone on the way can read,
    /// there is none, unless the server is on this machine.
    package func header(for url: URL) -> String? {
        guard let host = url.host?.lowercased(), Self.isSafe(url) else { return nil }
        if let token, isNamed(url) { return "Bearer \(token)" }
        return passwords.header(forHost: host)
    }

    /// What to do about a server that refuses to give the file at the address `name`.
    func remedy(for name: String) -> String {
        let url = URL(string: name)
        let isSent = url.map { header(for: $0) != nil } ?? false
        if isSent {
            return "The token in \(Self.variable), or the password in .netrc, does not open this "
                + "file: check it, and what it is allowed to read."
        }
        if let url, isNamed(url), token != nil, !Self.isSafe(url) {
            return "The token in \(Self.variable) is not sent over plain http: write https in the "
                + "manifest."
        }
        let host = url?.host ?? "the server"
        guard token != nil else {
            return "If the server wants a token, put it into the environment variable "
                + "\(Self.variable), and \(host) into \(Self.hostVariable)."
        }
        return "The token in \(Self.variable) is not sent to this host: put \(host) into "
            + "\(Self.hostVariable) if it is for it."
    }

    private func isNamed(_ url: URL) -> Bool {
        guard let host = url.host?.lowercased() else { return false }
        let port = url.port ?? (url.scheme?.lowercased() == "https" ? 443 : 80)
        return hosts.contains(host) || hosts.contains("\(host):\(port)")
    }

    private static func isSafe(_ url: URL) -> Bool {
        url.scheme?.lowercased() == "https" || isLoopback(url.host?.lowercased() ?? "")
    }

    /// Whether `host` is this machine: its name, or an address of the loopback network. A name that
    /// only begins like such an address is another machine's.
    static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(host) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                    && UInt8(part) != nil
            }
    }
}
