import Diagnostics
import Formats
import Foundation

/// Vectors of texts on disk, as `.npy` files that are named by the hash of all that decides them.
/// Behind a vector's numbers stands 1 where its text was cut, else 0.
struct VectorCache: Sendable {
    /// Vectors, and which of their texts were cut.
    struct Block {
        var vectors: [[Float]]
        var isCut: [Bool]
    }

    private let folder: String

    /// The cache in the folder at `folder`, which need not exist.
    init(folder: String) { self.folder = folder }

    /// The hash of texts and of what makes their vectors.
    static func key(of texts: [String], by maker: String) -> String {
        var bytes = Array(maker.utf8) + [0]
        for text in texts {
            bytes += Array("\(text.utf8.count) ".utf8) + Array(text.utf8)
        }
        return Checksum.sha256.digest(of: bytes)
    }

    /// The vectors of a key; nil where there are none of that number.
    ///
    /// - Throws: `InputError` for a file that is damaged.
    func read(_ key: String, count: Int) throws -> Block? {
        let path = path(of: key)
        guard try Folder.exists(path) else { return nil }
        let file = try NumPyFile(path: path)
        guard file.rows == count, file.columns > 0 else {
            throw InputError(
                at: path, expected: "\(count) vectors", found: "\(file.rows)",
                remedy: "Remove the file; it is written again.")
        }
        let width = file.columns
        return Block(
            vectors: (0..<count).map { row in
                Array(file.elements[row * width..<(row + 1) * width - 1])
            },
            isCut: (0..<count).map { file.elements[($0 + 1) * width - 1] != 0 })
    }

    /// Keeps vectors under a key.
    func write(_ block: Block, as key: String) throws {
        guard let width = block.vectors.first?.count else { return }
        try Folder.create(folder)
        let writer = try NumPyWriter(path: path(of: key), columns: width + 1)
        for (vector, isCut) in zip(block.vectors, block.isCut) {
            try writer.append(vector + [isCut ? 1 : 0])
        }
        try writer.finish()
    }

    /// How many files there are, and their bytes; nil for none.
    func size() throws -> (files: Int, bytes: Int)? {
        guard try Folder.isFolder(folder) else { return nil }
        let sizes = try Folder.contents(of: folder).map { name in
            let path = Folder.join(folder, name)
            return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        }
        return sizes.isEmpty ? nil : (sizes.count, sizes.reduce(0, +))
    }

    private func path(of key: String) -> String {
        Folder.join(folder, "\(key.prefix(32)).npy")
    }
}
