import CZstd
import Diagnostics

extension MDSIndex.Shard {
    /// Checks what shows without reading the shard: that its file is in `folder` and has the
    /// sizes, of itself and decompressed, that the index says. An `InputError` names the file.
    public func checkSizes(in folder: String) throws {
        _ = try open(in: folder)
    }

    /// The fewest bytes that a sample has.
    var smallestSample: Int { columns.reduce(0) { $0 + ($1.size ?? 4) } }

    /// The file of this shard in `folder`, and whether it is compressed. A raw file is used where
    /// the compressed one is gone, as mosaicml-streaming leaves it.
    func open(in folder: String) throws -> (file: MappedFile, isCompressed: Bool) {
        let rawPath = Folder.join(folder, raw.basename)
        guard let zip else { return (try checked(rawPath, raw.bytes), false) }
        let zipPath = Folder.join(folder, zip.basename)
        if try !Folder.exists(zipPath), try Folder.exists(rawPath) {
            return (try checked(rawPath, raw.bytes), false)
        }
        let algorithm = compression.map { String($0.prefix { $0 != ":" }) } ?? ""
        guard algorithm == "zstd" else {
            throw InputError(
                at: zipPath, expected: "compression by zstd, or none", found: algorithm,
                remedy: "Decompress the shard to \(raw.basename), or write it with zstd.")
        }
        let file = try checked(zipPath, zip.bytes)
        let size = ZSTD_getFrameContentSize(file.bytes.baseAddress, file.count)
        // The two largest values mean "damaged" and "not said"; then reading will tell.
        guard size >= UInt64.max - 1 || size == raw.bytes else {
            throw InputError.damaged(
                zipPath, expected: "\(raw.bytes) bytes when decompressed, as the index says",
                found: "\(size)")
        }
        return (file, true)
    }

    /// Compares `file` with the hash in the index that is fastest to compute; without a hash of a
    /// known kind there is nothing to compare.
    func verify(_ file: MappedFile, isCompressed: Bool) throws {
        guard let mismatch = ((isCompressed ? zip : nil) ?? raw).mismatch(of: file) else { return }
        throw InputError.damaged(
            file.path, expected: "\(mismatch.expected), as the index says", found: mismatch.found)
    }

    private func checked(_ path: String, _ size: Int) throws -> MappedFile {
        let file = try MappedFile(path: path)
        guard file.count == size else {
            throw InputError.damaged(
                path, expected: "\(size) bytes, as the index says", found: "\(file.count)")
        }
        return file
    }
}
