import Formats
import Reporting

/// What lies in folders of text and is not read, and why. Nothing is passed over without being
/// counted here.
public struct PassedOver: Sendable, Equatable, Encodable {
    /// Why a file or folder is not read.
    public enum Reason: String, CaseIterable, Sendable {
        /// Parts of data sets for judging models: `test`, `validation`.
        case split
        /// What FineWeb2 removed from a language's text.
        case removed
        /// Text that is compressed by another program than gzip and zstd, or in an archive.
        case compression
        /// JSON that is not an object with a text in each line.
        case otherJSON = "other_json"
        /// Plain text where each document should name its language.
        case plain
        /// A file or folder whose name begins with a dot.
        case hidden
        /// A link to nothing, or to a folder that it lies in.
        case link
        /// A pipe, a socket or a device.
        case special
        /// A folder without text.
        case folder
        /// A file whose name has no ending of text.
        case other
    }

    /// How many there are, and the paths of the first.
    public struct Paths: Sendable, Equatable, Encodable {
        /// How many.
        public var count = 0
        /// At most twenty of them.
        public var first: [String] = []
    }

    /// What was found, by the raw value of its reason.
    public private(set) var reasons: [String: Paths] = [:]

    /// Nothing yet.
    public init() {}

    /// How many files and folders are passed over.
    public var count: Int { reasons.values.reduce(0) { $0 + $1.count } }

    /// As in reports: the reasons, without a key above them.
    public func encode(to encoder: any Encoder) throws { try reasons.encode(to: encoder) }

    mutating func add(_ path: String, _ reason: Reason) {
        reasons[reason.rawValue, default: Paths()].count += 1
        if reasons[reason.rawValue, default: Paths()].first.count < 20 {
            reasons[reason.rawValue]?.first.append(path)
        }
    }

    mutating func add(_ other: PassedOver) {
        for (reason, paths) in other.reasons {
            let before = reasons[reason, default: Paths()]
            reasons[reason] = Paths(
                count: before.count + paths.count,
                first: Array((before.first + paths.first).prefix(20)))
        }
    }
}

extension PassedOver {
    /// Why a file of this name, which is no text's, is not read.
    static func reason(of path: String) -> Reason {
        let name = Folder.name(of: path).lowercased()
        if name.hasPrefix(".") { return .hidden }
        var endings = name.split(separator: ".").dropFirst()
        if let last = endings.last, ["gz", "zst"].contains(last) { endings.removeLast() }
        switch endings.last {
        case "parquet", "bz2", "xz", "lzma", "lz4", "br", "sz", "z", "zip", "7z", "rar", "tar",
            "tgz", "tbz2",
            "txz", "tzst":
            return .compression
        default: return .other
        }
    }

    /// One sentence: `3 files and folders are passed over: 2 hidden (.a, .b), 1 without an ending
    /// of text (README.md)`; nil where nothing is.
    public var summary: String? {
        guard count > 0 else { return nil }
        let parts = Reason.allCases.compactMap { reason in
            reasons[reason.rawValue].map { Self.text($0, reason) }
        }
        return "\(counted(count, "file or folder", plural: "files and folders")) "
            + "\(agreeing(count, "is", "are")) passed over: " + parts.joined(separator: ", ")
    }

    /// What turns what is passed over into text; nil where there is no such thing.
    public var remedy: String? {
        let remedies = [
            (Reason.split, "Name such a part itself to train on it."),
            (.compression, "Compressed text is read as .gz and .zst: xz -dc F.xz | zstd > F.zst."),
        ]
        let needed = remedies.filter { reasons[$0.0.rawValue] != nil }.map(\.1)
        return needed.isEmpty ? nil : needed.joined(separator: " ")
    }

    private static func text(_ paths: Paths, _ reason: Reason) -> String {
        let shown = paths.first.prefix(3).map(Folder.name).joined(separator: ", ")
        let names = paths.count > 3 ? "\(shown) and \(paths.count - 3) more" : shown
        let what =
            switch reason {
            case .split: "for tests or validation"
            case .removed: "of removed documents"
            case .compression: "compressed or packed otherwise than .gz and .zst"
            case .otherJSON: "of JSON without a \"text\" in each line"
            case .plain: "of plain text, which cannot name its language"
            case .hidden: "hidden"
            case .link: "linked to nothing or in a circle"
            case .special: "that \(agreeing(paths.count, "is", "are")) no regular file"
            case .folder: "without text in \(agreeing(paths.count, "it", "them"))"
            case .other: "without an ending of text"
            }
        return "\(paths.count) \(what) (\(names))"
    }
}
