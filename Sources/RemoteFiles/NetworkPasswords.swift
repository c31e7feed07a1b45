import Formats
import Foundation

/// The passwords of a `.netrc`: `machine HOST login NAME password PASSWORD`.
///
/// Entries without a machine (`default`) are left out: they would go to whatever server a manifest
/// names. So are macros.
public struct NetworkPasswords: Sendable {
    private var headers: [String: String] = [:]
    /// What a person should know about the file.
    private(set) var warnings: [String] = []

    /// None.
    public init() {}

    /// The passwords that the text of a `.netrc` holds.
    public init(_ text: String) {
        var (machine, login) = (String?.none, String?.none)
        var words = Self.words(text)[...]
        while let word = words.popFirst() {
            switch word {
            case "machine":
                (machine, login) = (words.popFirst()?.lowercased(), nil)
            case "default": machine = nil
            case "login": login = words.popFirst()
            case "account": _ = words.popFirst()
            case "password":
                guard let password = words.popFirst(), let machine, let login else { continue }
                let pair = Data("\(login):\(password)".utf8).base64EncodedString()
                if headers[machine] == nil { headers[machine] = "Basic \(pair)" }
            default: continue
            }
        }
    }

    /// Those of the file that NETRC names, or else of `.netrc` in the user's home.
    static func ofUser(_ environment: [String: String]) -> NetworkPasswords {
        let home = environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
        let path = environment["NETRC"] ?? "\(home)/.netrc"
        do {
            let bytes = try FileContents.readIfPresent(path)
            return NetworkPasswords(String(decoding: bytes ?? [], as: UTF8.self))
        } catch {
            var passwords = NetworkPasswords()
            passwords.warnings = ["\(error) Its passwords are sent to no server."]
            return passwords
        }
    }

    /// The value of the Authorization header for a server; nil if there is no password for it.
    func header(forHost host: String) -> String? { headers[host] }

    /// The words of the text, without comments and macros.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var isMacro = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let parts = line.split(whereSeparator: \.isWhitespace)
            if parts.isEmpty { isMacro = false }
            if parts.first == "macdef" { isMacro = true }
            if isMacro || parts.first?.hasPrefix("#") == true { continue }
            words += parts.map(String.init)
        }
        return words
    }
}
