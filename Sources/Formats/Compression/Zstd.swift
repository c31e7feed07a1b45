import CZstd
import Diagnostics
import Glibc

/// Zstandard in one call, for content that fits in memory.
public enum Zstd {
    /// The level that mosaicml-streaming uses when none is given.
    public static let defaultLevel = 3

    /// One frame that holds `bytes` and their count; `level` is 1 (fast) to 22 (small).
    public static func compress(_ bytes: [UInt8], level: Int = defaultLevel) -> [UInt8] {
        bytes.withUnsafeBytes { source in
            let bound = ZSTD_compressBound(source.count)
            return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
                let result = ZSTD_compress(
                    target.baseAddress, bound, source.baseAddress, source.count, Int32(level))
                precondition(ZSTD_isError(result) == 0, "Zstd.compress: \(name(of: result))")
                count = result
            }
        }
    }

    /// The content of the frames in `bytes`, at most `limit` bytes; `path` names them in errors.
    package static func decompress(
        _ bytes: [UInt8], limit: Int = 1 << 30, path: String
    ) throws -> [UInt8] {
        let stream = try ZstdDecoder(path: path)
        return try bytes.withUnsafeBytes { source in
            var result: [UInt8] = []
            var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
            let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)
            defer { piece.deallocate() }
            while true {
                let count = try stream.decode(&input, into: piece)
                if count == 0 { break }
                guard result.count + count <= limit else {
                    throw InputError.damaged(
                        path, expected: "at most \(limit) bytes when decompressed", found: "more")
                }
                result.append(contentsOf: piece[..<count])
            }
            try stream.finish()
            return result
        }
    }

    static func name(of result: Int) -> String { String(cString: ZSTD_getErrorName(result)) }
}

/// Decompresses a sequence of frames piece by piece; frames without content are skipped. A frame
/// says how far it refers back, which is what the decoder keeps in memory: at most 2 GiB, more than
/// any encoder makes, of which the system gives only what is written.
final class ZstdDecoder {
    private let context: OpaquePointer
    private let path: String
    /// Whether the bytes so far end in the middle of a frame.
    private var isInsideFrame = false

    init(path: String) throws {
        guard let context = ZSTD_createDCtx() else {
            throw InputError.refused(path, expected: "memory for a zstd decoder", code: ENOMEM)
        }
        self.context = context
        self.path = path
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.largestWindowLog)
    }

    deinit { ZSTD_freeDCtx(context) }

    /// What `zstd --ultra --long=31` writes, and the largest that the library takes.
    private static let largestWindowLog: Int32 = 31

    /// Fills `output` as far as `input` reaches and returns the count of new bytes; 0 means that
    /// `input` is used up.
    func decode(
        _ input: inout ZSTD_inBuffer, into output: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        repeat {
            let inputBefore = input.pos
            let outputBefore = target.pos
            let result = ZSTD_decompressStream(context, &target, &input)
            guard ZSTD_isError(result) == 0 else { throw error(ZSTD_getErrorCode(result)) }
            // Without more input, what is left inside the decoder may still come out. Once nothing
            // does, the result is about the next frame, which may not be there.
            if input.pos == inputBefore && target.pos == outputBefore { break }
            isInsideFrame = result != 0
        } while target.pos < target.size
        return target.pos
    }

    private func error(_ code: ZSTD_ErrorCode) -> InputError {
        switch code {
        case ZSTD_error_memory_allocation:
            InputError(
                at: path, expected: "memory for the window of a zstd frame, at most 2 GiB",
                found: "too little",
                remedy: "Free memory, or compress it again: zstd -dc --long=31 FILE | zstd.")
        case ZSTD_error_frameParameter_windowTooLarge:
            InputError(
                at: path, expected: "zstd frames with windows of at most 2 GiB",
                found: "a larger one",
                remedy: "Compress it again with zstd --long=31 or less.")
        default:
            .damaged(
                path, expected: "zstd frames", found: String(cString: ZSTD_getErrorString(code)))
        }
    }

    /// Throws if the bytes so far end in the middle of a frame.
    func finish() throws {
        guard !isInsideFrame else {
            throw InputError.damaged(
                path, expected: "complete zstd frames", found: "the end of the file inside a frame")
        }
    }
}

/// Compresses into an `OutputFile` as one frame.
public final class ZstdWriter {
    private let context: OpaquePointer
    private let file: OutputFile
    private let buffer: UnsafeMutableRawBufferPointer

    /// A frame of `level` in `file`. With `contentSize` its header says how many bytes will be
    /// written, which must then be so. `windowLog` bounds what a reader needs in memory to
    /// 2^`windowLog` bytes.
    public init(
        file: OutputFile, level: Int = Zstd.defaultLevel, contentSize: Int? = nil,
        windowLog: Int? = nil
    ) throws {
        guard let context = ZSTD_createCCtx() else {
            throw InputError.refused(file.path, expected: "memory for a zstd encoder", code: ENOMEM)
        }
        self.context = context
        self.file = file
        buffer = .allocate(byteCount: ZSTD_CStreamOutSize(), alignment: 64)
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
        if let windowLog { ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, Int32(windowLog)) }
        if let contentSize { ZSTD_CCtx_setPledgedSrcSize(context, UInt64(contentSize)) }
    }

    deinit {
        ZSTD_freeCCtx(context)
        buffer.deallocate()
    }

    /// Appends `bytes` to the content.
    public func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0, ZSTD_e_continue) }
    }

    /// Ends the frame; the file is not finished by this.
    public func finish() throws { try write(.init(start: nil, count: 0), ZSTD_e_end) }

    func write(_ bytes: UnsafeRawBufferPointer) throws { try write(bytes, ZSTD_e_continue) }

    private func write(_ bytes: UnsafeRawBufferPointer, _ end: ZSTD_EndDirective) throws {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        var rest: Int
        repeat {
            var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
            rest = ZSTD_compressStream2(context, &output, &input, end)
            precondition(ZSTD_isError(rest) == 0, "ZstdWriter: \(Zstd.name(of: rest))")
            try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<output.pos]))
        } while input.pos < input.size || (end == ZSTD_e_end && rest > 0)
    }
}
