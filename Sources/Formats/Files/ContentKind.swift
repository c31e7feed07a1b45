import Diagnostics

/// What a file holds, as far as its first bytes show it, whatever its name says: kinds that are no
/// text, which people meet under the names of text.
package enum ContentKind: Sendable, Equatable {
    /// Compressed by a program whose format is read.
    case gzip, zstd
    /// Compressed or packed otherwise.
    case xz, bzip2, lz4, zip, sevenZip, tar
    /// Tables of others.
    case parquet, arrow
    /// A page for people.
    case html, pdf
    /// Text in another encoding than UTF-8, with a byte order mark or without.
    case utf16, utf32
    /// What git has in place of a file that git-lfs keeps elsewhere.
    case lfsPointer

    /// The kind of content that begins with `front`; nil for text and for what is not known. Some
    /// hundred bytes are enough; `front` may also be the whole content.
    package init?(front: some RandomAccessCollection<UInt8>) {
        let front = Array(front.prefix(Self.frontSize))
        if let found = Self.signatures.first(where: { front.starts(with: $0.bytes) }) {
            self = found.kind
        } else if Self.isSkippableFrame(front) {
            self = .zstd
        } else if front.starts(with: Array("BZh".utf8)), front.dropFirst(4).starts(with: Self.pi) {
            self = .bzip2
        } else if front.dropFirst(257).starts(with: Array("ustar".utf8)) {
            self = .tar
        } else if let encoding = Self.encoding(of: front) {
            self = encoding
        } else if Self.isPage(front) {
            self = .html
        } else {
            return nil
        }
    }

    /// How much of the front is looked at.
    static let frontSize = 4096

    /// Those of zstd and UTF-32 come before what they begin with too.
    private static let signatures: [(bytes: [UInt8], kind: ContentKind)] = [
        ([0x1f, 0x8b], .gzip),
        ([0x28, 0xb5, 0x2f, 0xfd], .zstd),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], .xz),
        ([0x04, 0x22, 0x4d, 0x18], .lz4),
        ([0x50, 0x4b, 0x03, 0x04], .zip),
        ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], .sevenZip),
        (Array("PAR1".utf8) + [0x15], .parquet),
        (Array("ARROW1".utf8) + [0, 0], .arrow),
        (Array("%PDF-".utf8), .pdf),
        ([0xff, 0xfe, 0x00, 0x00], .utf32),
        ([0x00, 0x00, 0xfe, 0xff], .utf32),
        ([0xff, 0xfe], .utf16),
        ([0xfe, 0xff], .utf16),
        (Array("version https://git-lfs.github.com/spec/".utf8), .lfsPointer),
        (Array("version https://hawser.github.com/spec/".utf8), .lfsPointer),
        (Array("version http://git-media.io/v/".utf8), .lfsPointer),
    ]

    /// The digits of π before each of bzip2's blocks, of which the first comes after the level.
    private static let pi: [UInt8] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]

    /// Frames without content, which zstd's format has in common with lz4's; pzstd writes them.
    private static func isSkippableFrame(_ front: [UInt8]) -> Bool {
        front.count >= 4 && front[0] & 0xf0 == 0x50
            && front[1..<4].elementsEqual([0x2a, 0x4d, 0x18])
    }

    /// An encoding without a mark, by where its zeros are: those of the characters that every
    /// script has, such as spaces and line ends, and of the Latin alphabet.
    private static func encoding(of front: [UInt8]) -> ContentKind? {
        let whole = front.count / 4
        guard whole > 0, front.contains(0), front.contains(where: { $0 != 0 }) else { return nil }
        func isOfUTF32(_ high: Int, _ next: Int) -> Bool {
            (0..<whole).allSatisfy { front[4 * $0 + high] == 0 && front[4 * $0 + next] <= 0x10 }
        }
        if isOfUTF32(3, 2) || isOfUTF32(0, 1) { return .utf32 }
        let zeros = front.indices.filter { front[$0] == 0 }
        let isOneSided = Set(zeros.map { $0 % 2 }).count == 1
        return isOneSided && zeros.count >= max(2, front.count / 32) ? .utf16 : nil
    }

    /// Whether the content is a page of HTML: what servers send where a file is missing.
    private static func isPage(_ front: [UInt8]) -> Bool {
        let start = front.drop { $0 <= 0x20 || [0xef, 0xbb, 0xbf].contains($0) }.prefix(14)
        let text = String(decoding: start, as: UTF8.self).lowercased()
        return text.hasPrefix("<!doctype html") || text.hasPrefix("<html")
    }
}

extension ContentKind {
    /// The kind in words: `a git-lfs pointer`.
    package var name: String {
        switch self {
        case .gzip: "gzip data"
        case .zstd: "zstd data"
        case .xz: "xz data"
        case .bzip2: "bzip2 data"
        case .lz4: "lz4 data"
        case .zip: "a zip archive"
        case .sevenZip: "a 7z archive"
        case .tar: "a tar archive"
        case .parquet: "a Parquet table"
        case .arrow: "an Arrow table"
        case .html: "a page of HTML"
        case .pdf: "a PDF document"
        case .utf16: "UTF-16"
        case .utf32: "UTF-32"
        case .lfsPointer: "a git-lfs pointer, which stands for the file"
        }
    }

    /// What to do where it is found in place of text.
    package var remedy: String {
        switch self {
        case .gzip, .zstd: "It is compressed twice: decompress it once."
        case .xz, .bzip2, .lz4: "Decompress it, or compress it with gzip or zstd."
        case .zip, .sevenZip, .tar: "Unpack it and name the folder."
        case .parquet: "Name it FILE.parquet, which data build and tokenizer train read."
        case .arrow: "Convert it to Parquet, such as with pandas.read_feather and to_parquet."
        case .html: "Fetch the file again, or put the page's text into it."
        case .pdf: "Put the document's text into a file."
        case .utf16, .utf32: "Convert it with iconv -f \(name) -t UTF-8 FILE."
        case .lfsPointer: "Fetch the file itself with git lfs pull."
        }
    }

    /// A git-lfs pointer is smaller than this many bytes; git-lfs takes nothing larger for one.
    static let pointerLimit = 1024

    /// The error of content of this kind in the file at `path`.
    package func error(at path: String, expected: String) -> InputError {
        InputError(at: path, expected: expected, found: name, remedy: remedy)
    }
}
