import Glibc

/// Repeats a system call for as long as signals interrupt it, and gives its last result.
func uninterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}

/// Opens the file at `path`; negative where that is refused.
func openFile(_ path: String, _ flags: Int32, mode: mode_t = 0o666) -> Int32 {
    uninterrupted { open(path, flags | O_CLOEXEC, mode) }
}

/// Writes all of `bytes`, in as many calls as it takes: at the file's own place, or at `offset`.
///
/// - Returns: false where the system refuses, with the reason in `errno`.
func writeAll(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int? = nil
) -> Bool {
    var done = 0
    while done < bytes.count, let start = bytes.baseAddress {
        let (rest, size) = (start + done, bytes.count - done)
        let written = uninterrupted {
            if let offset { return pwrite(descriptor, rest, size, off_t(offset + done)) }
            return write(descriptor, rest, size)
        }
        if written < 0 { return false }
        done += written
    }
    return true
}

/// Writes all of `bytes` at the file's own place.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
}
