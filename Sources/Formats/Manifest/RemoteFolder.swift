import Diagnostics
import Foundation

/// A folder of files below an address of a web server: `https://host/path`, with or without a query
/// that every file's address repeats.
public struct RemoteFolder: Hashable, Sendable, CustomStringConvertible {
    /// The address, without a slash at its end.
    public let address: String

    /// The folder at `address`; nil unless that is an http or https address with a host, and
    /// without a name, a password or a fragment.
    public init?(_ address: String) {
        guard var parts = URLComponents(string: address),
            let scheme = parts.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.fragment == nil
        else { return nil }
        while parts.percentEncodedPath.hasSuffix("/") { parts.percentEncodedPath.removeLast() }
        guard let address = parts.string, parts.url != nil else { return nil }
        self.address = address
    }

    /// The address of `path`, a file below this folder.
    public func url(of path: String) -> URL? {
        guard var parts = URLComponents(string: address) else { return nil }
        let encoded = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        parts.percentEncodedPath += "/" + encoded
        return parts.url
    }

    /// The address of `path` for messages: a query may hold a secret and is left out.
    public func name(of path: String) -> String { "\(self)/\(path)" }

    /// The address for messages: without its query.
    public var description: String {
        var parts = URLComponents(string: address)
        parts?.percentEncodedQuery = nil
        return parts?.string ?? "a web server"
    }
}

/// Where a folder of shards lies.
public enum ShardPlace: Hashable, Sendable, CustomStringConvertible {
    /// On this machine, at this path.
    case folder(String)
    /// At a web server.
    case remote(RemoteFolder)

    /// The path or the address, as messages name it.
    public var description: String {
        switch self {
        case .folder(let path): path
        case .remote(let folder): folder.description
        }
    }
}
