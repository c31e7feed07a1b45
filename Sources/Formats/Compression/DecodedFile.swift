import CZlib
import CZstd
import Diagnostics
import Glibc

/// Text in a file or on standard input, decompressed while it is read.
///
/// Gzip and zstd are recognised by their first bytes, whatever the name. What is no text by its
/// first bytes, after decompression too, is an error that says what it is; so is a file named `.gz`
/// or `.zst` that is neither. Memory does not depend on the size of the input: at most it is the
/// 2 GiB that a zstd frame can ask for.
public final class DecodedFile {
    /// Where the content comes from; `-` is standard input.
    public let path: String
    /// Bytes that were read from the file so far, before decompression.
    public private(set) var bytesRead = 0
    /// Size of the file, or nil for standard input and other pipes.
    public let size: Int?

    private enum Decoder {
        case none
        case zstd(ZstdDecoder)
        case gzip(GzipDecoder)
    }

    private let descriptor: Int32
    private var decoder: Decoder = .none
    private let input: UnsafeMutableRawBufferPointer
    /// What of `input` is not used yet.
    private var pending = 0..<0
    private let refusingPages: Bool
    /// Whether the front of the content has been looked at.
    private var isChecked = false

    private static let inputSize = 1 << 17

    /// Opens `path`, or standard input if it is `-`.
    ///
    /// - Parameter refusingPages: whether a page of HTML is an error too, as it is where documents
    ///   are wanted and a server has sent it in their place.
    public init(path: String, refusingPages: Bool = false) throws {
        self.path = path
        self.refusingPages = refusingPages
        descriptor = path == "-" ? STDIN_FILENO : openFile(path, O_RDONLY)
        guard descriptor >= 0 else { throw InputError.refused(path, expected: "a readable file") }
        var status = stat()
        let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        size = isRegular ? Int(status.st_size) : nil
        input = .allocate(byteCount: Self.inputSize, alignment: 64)
        try recognise()
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
        input.deallocate()
    }

    /// Overwrites the front of `buffer` by the next bytes and returns their count; 0 is the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !buffer.isEmpty else { return 0 }
        while true {
            let count: Int
            switch decoder {
            case .none:
                count = min(pending.count, buffer.count)
                buffer.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: input[pending.prefix(count)]))
                pending = (pending.lowerBound + count)..<pending.upperBound
            case .zstd(let zstd):
                var source = ZSTD_inBuffer(
                    src: input.baseAddress, size: pending.upperBound, pos: pending.lowerBound)
                count = try zstd.decode(&source, into: buffer)
                pending = source.pos..<source.size
            case .gzip(let gzip):
                let source = UnsafeRawBufferPointer(rebasing: input[pending])
                let step = try gzip.decode(source, into: buffer)
                count = step.written
                pending = (pending.lowerBound + step.read)..<pending.upperBound
            }
            if count > 0 {
                try check(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                return count
            }
            if try !refill() {
                switch decoder {
                case .none: break
                case .zstd(let zstd): try zstd.finish()
                case .gzip(let gzip): try gzip.finish()
                }
                return 0
            }
        }
    }

    private func recognise() throws {
        while pending.count < 4, try refill() {}
        let front = input[pending]
        switch ContentKind(front: front) {
        case .zstd: decoder = .zstd(try ZstdDecoder(path: path))
        case .gzip: decoder = .gzip(try GzipDecoder(path: path))
        case let kind:
            let name = Folder.name(of: path).lowercased()
            for (ending, format) in [(".gz", "gzip"), (".zst", "zstd")] where name.hasSuffix(ending)
            {
                throw InputError(
                    at: path, expected: "\(format) data, as the name says",
                    found: kind?.name ?? (front.isEmpty ? "an empty file" : "other bytes"),
                    remedy: kind?.remedy ?? "Fetch the file again, or name it after what it holds.")
            }
        }
    }

    /// Throws where what comes first is the front of something that is no text.
    private func check(_ front: UnsafeRawBufferPointer) throws {
        guard !isChecked else { return }
        isChecked = true
        if let kind = ContentKind(front: front), kind != .html || refusingPages {
            throw kind.error(at: path, expected: "text in UTF-8, plain or compressed once")
        }
    }

    /// Reads more of the file after what is pending; false at its end.
    private func refill() throws -> Bool {
        if pending.lowerBound > 0, let start = input.baseAddress {
            memmove(start, start + pending.lowerBound, pending.count)
            pending = 0..<pending.count
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: input[pending.count...])
        let count = uninterrupted { Glibc.read(descriptor, room.baseAddress, room.count) }
        guard count >= 0 else { throw InputError.refused(path, expected: "a readable file") }
        pending = 0..<(pending.count + count)
        bytesRead += count
        return count > 0
    }
}
