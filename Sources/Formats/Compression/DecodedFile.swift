import CZlib
import CZstd
import Diagnostics
import Glibc

/// The content of a file or of standard input, decompressed while it is read. Gzip and zstd are
/// recognised by their first bytes, whatever the name; anything else is taken as it is. Memory does
/// not depend on the size of the input.
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

    private static let inputSize = 1 << 17

    /// Opens `path`, or standard input if it is `-`.
    public init(path: String) throws {
        self.path = path
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
            if count > 0 { return count }
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
        let magic = input[pending].prefix(4)
        if magic.elementsEqual([0x28, 0xb5, 0x2f, 0xfd]) {
            decoder = .zstd(try ZstdDecoder(path: path))
        } else if magic.starts(with: [0x1f, 0x8b]) {
            decoder = .gzip(try GzipDecoder(path: path))
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
