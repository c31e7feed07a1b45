import Diagnostics
import Formats
import TestSupport
import Testing

/// Parquet files with bits flipped, ends cut off, numbers made huge: each is read or refused.
@Suite struct ParquetMutationTests {
    private static let names = [
        "lz4-hadoop", "lz4-block", "fallback", "one-word", "all-null", "empty-strings",
    ]

    @Test(arguments: names) func `mutated Parquet files are read or refused`(name: String) throws {
        var mutations = Mutations(seed: name.utf8.reduce(7) { 31 &* $0 &+ UInt64($1) })
        let bytes = try Fixtures.bytes("Parquet/files/\(name).parquet")
        let footer = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        let front = bytes.count - 8 - footer
        let folder = try TemporaryFolder()
        for number in 0..<(4 * Mutations.count) {
            var mutated = mutations.change(bytes)
            if number % 2 == 0 {
                // A changed footer of the right size.
                let changed = mutations.change(Array(bytes[front..<(bytes.count - 8)]))
                let size = withUnsafeBytes(of: UInt32(changed.count)) { Array($0) }
                mutated = bytes[..<front] + changed + size + bytes.suffix(4)
            }
            let path = try folder.write(mutated, to: "a.parquet")
            _ = Mutations.isRead("\(name) \(number)") {
                var reader = try ParquetReader(path: path, columns: [("text", "--text-field")])
                while try reader.next() != nil {}
            }
        }
    }
}
