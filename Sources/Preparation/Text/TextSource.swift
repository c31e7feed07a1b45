import Diagnostics
import Formats

/// The text files of one language.
public struct TextSource: Sendable, Equatable {
    /// The language's code, such as `deu_Latn`.
    public let language: String
    /// Its files, `-` for standard input, in the order in which they are read.
    public let paths: [String]
    /// The key or column under which a document lies in them, where they are not plain text.
    public let textField: String
    /// The files' sizes as they are on disk, nil when one of them is not a regular file.
    public let size: Int?

    init(language: String, paths: [String], textField: String = TextFields.usual.text) throws {
        self.language = language
        self.textField = textField
        self.paths = paths
        let sizes = try paths.map(Self.size)
        size = sizes.contains(nil) ? nil : sizes.reduce(0) { $0 + ($1 ?? 0) }
    }

    private static func size(of path: String) throws -> Int? {
        path == "-" ? nil : try Folder.status(of: path)?.bytes
    }

    /// Whether `text` can be a language's code: letters, digits, `_` and `-`.
    public static func isCode(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count < 100
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    return true
                default: return false
                }
            }
    }
}
