import CLZ4
import CSnappy
import CZstd
import Diagnostics

extension ParquetFormat.Codec {
    /// Why compressed bytes do not give what the page says.
    struct Failure: Error {
        /// What was found.
        let found: String
    }

    /// Throws where pages cannot be read, for the codec or for its lack of a library.
    func check(_ path: String) throws {
        guard self == .brotli || self == .lzo else { return }
        throw InputError(
            at: path, expected: "pages compressed with Snappy, gzip, zstd or LZ4, or not at all",
            found: "pages compressed with \(name)",
            remedy: """
                Write it again: python -c "import pyarrow.parquet as p; \
                p.write_table(p.read_table('FILE.parquet'), 'NEW.parquet', compression='zstd')".
                """)
    }

    /// What `bytes` are when they are decompressed: exactly `size` bytes.
    ///
    /// No memory is taken for more than the codec can make of so few bytes.
    func decompress(_ bytes: ArraySlice<UInt8>, size: Int) throws -> [UInt8] {
        if self == .uncompressed {
            guard bytes.count == size else {
                throw Failure(found: "\(bytes.count) bytes in place of \(size)")
            }
            return Array(bytes)
        }
        // Some writers leave nothing where nothing was to be compressed.
        if size == 0 { return [] }
        return try bytes.withUnsafeBytes { source in
            guard size / largestRatio <= source.count, promised(source) <= size else {
                throw Failure(found: "\(source.count) bytes that should become \(size)")
            }
            return try [UInt8](unsafeUninitializedCapacity: size) { target, count in
                let target = UnsafeMutableRawBufferPointer(target)
                guard
                    try decompress(
                        source, into: UnsafeMutableRawBufferPointer(rebasing: target[..<size]))
                else { throw Failure(found: "bytes that are no \(name) of \(size) bytes") }
                count = size
            }
        }
    }

    /// At most so many bytes become of one.
    private var largestRatio: Int {
        switch self {
        case .snappy: 64
        case .lz4, .lz4Raw: 256
        case .gzip: 1100
        default: 1 << 20
        }
    }

    /// The size that compressed bytes, or the first frame of them, say they will have; 0 where they
    /// do not.
    private func promised(_ source: UnsafeRawBufferPointer) -> Int {
        switch self {
        case .zstd:
            // Unknown sizes, and those of what is no frame, are the largest numbers.
            let size = ZSTD_getFrameContentSize(source.baseAddress, source.count)
            return Int(exactly: size) ?? 0
        case .snappy:
            var size = 0
            let bytes = source.baseAddress?.assumingMemoryBound(to: CChar.self)
            let status = snappy_uncompressed_length(bytes, source.count, &size)
            return status == SNAPPY_OK ? size : 0
        default: return 0
        }
    }

    /// Whether `source` fills `target` exactly.
    private func decompress(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws -> Bool {
        switch self {
        case .snappy:
            var size = target.count
            let status = snappy_uncompress(
                source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
                target.baseAddress?.assumingMemoryBound(to: CChar.self), &size)
            return status == SNAPPY_OK && size == target.count
        case .zstd:
            let result = ZSTD_decompress(
                target.baseAddress, target.count, source.baseAddress, source.count)
            return ZSTD_isError(result) == 0 && result == target.count
        case .gzip: return try Self.inflate(source, into: target)
        case .lz4Raw: return Self.decompressBlock(source, into: target)
        case .lz4:
            return Self.decompressHadoop(source, into: target)
                || Self.decompressBlock(source, into: target)
        case .uncompressed, .lzo, .brotli: return false
        }
    }

    private static func inflate(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws -> Bool {
        let decoder = try GzipDecoder(path: "")
        guard let step = try? decoder.decode(source, into: target) else { return false }
        guard step.written == target.count else { return false }
        // What is left may only be the end of the member: its checksum.
        var none: UInt8 = 0
        return withUnsafeMutableBytes(of: &none) { rest in
            let tail = UnsafeRawBufferPointer(rebasing: source[step.read...])
            guard let end = try? decoder.decode(tail, into: rest) else { return false }
            return end.written == 0 && (try? decoder.finish()) != nil
        }
    }

    private static func decompressBlock(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard let from = Int32(exactly: source.count), let size = Int32(exactly: target.count)
        else { return false }
        return LZ4_decompress_safe(
            source.baseAddress?.assumingMemoryBound(to: CChar.self),
            target.baseAddress?.assumingMemoryBound(to: CChar.self), from, size) == size
    }

    /// Blocks as Hadoop writes them: before each its size after and before decompression, with the
    /// highest byte first.
    private static func decompressHadoop(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> Bool {
        func number(at place: Int) -> Int {
            Int(UInt32(bigEndian: source.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
        }
        var (read, written) = (0, 0)
        while source.count - read >= 8 {
            let (size, packed) = (number(at: read), number(at: read + 4))
            read += 8
            guard packed <= source.count - read, size <= target.count - written else {
                return false
            }
            let block = UnsafeRawBufferPointer(rebasing: source[read..<(read + packed)])
            let part = UnsafeMutableRawBufferPointer(
                rebasing: target[written..<(written + size)])
            guard decompressBlock(block, into: part) else { return false }
            (read, written) = (read + packed, written + size)
        }
        return read == source.count && written == target.count
    }
}
