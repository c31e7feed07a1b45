import CZlib
import Diagnostics
import Glibc

/// Decompresses gzip members, one after another, piece by piece.
final class GzipDecoder {
    private let stream: UnsafeMutablePointer<z_stream>
    private let path: String
    /// Whether the bytes so far end in the middle of a member.
    private var isInsideMember = true

    init(path: String) throws {
        self.path = path
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 + 16: the largest window, and gzip's own header and checksum.
        let status = inflateInit2_(
            stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw InputError.refused(path, expected: "memory for a gzip decoder", code: ENOMEM)
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Decompresses from the front of `input` into the front of `output`; returns how many bytes of
    /// each were used. Nothing written means that more input is needed.
    func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws -> (read: Int, written: Int) {
        let source = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.next_in = source
        stream.pointee.avail_in = UInt32(clamping: input.count)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(clamping: output.count)
        let room = stream.pointee.avail_out
        let given = stream.pointee.avail_in
        while stream.pointee.avail_in > 0 && stream.pointee.avail_out > 0 {
            if !isInsideMember {
                // Zeros may pad the file after its last member.
                if stream.pointee.next_in.pointee == 0 {
                    stream.pointee.next_in += 1
                    stream.pointee.avail_in -= 1
                    continue
                }
                inflateReset(stream)
                isInsideMember = true
            }
            let status = inflate(stream, Z_NO_FLUSH)
            if status == Z_STREAM_END {
                isInsideMember = false
            } else if status != Z_OK {
                let message = stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)"
                throw InputError.damaged(path, expected: "gzip data", found: message)
            }
        }
        return (Int(given - stream.pointee.avail_in), Int(room - stream.pointee.avail_out))
    }

    /// Throws if the bytes so far end in the middle of a member.
    func finish() throws {
        guard !isInsideMember else {
            throw InputError.damaged(
                path, expected: "complete gzip data", found: "the end of the file inside it")
        }
    }
}
