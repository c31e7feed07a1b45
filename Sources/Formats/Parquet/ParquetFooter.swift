import Diagnostics

/// What the end of a Parquet file says: its columns and where its row groups' chunks are.
///
/// Row groups are read from the footer one at a time, so that memory is that of its bytes.
struct ParquetFooter {
    /// The rows of a group and the chunks of the wanted columns.
    struct RowGroup {
        var rows = 0
        var chunks: [Chunk] = []
    }

    /// The values of a column in a row group.
    struct Chunk {
        var codec = ParquetFormat.Codec.uncompressed
        /// Values and nulls.
        var values = 0
        /// Its pages in the file.
        var range = 0..<0
    }

    /// The columns.
    let schema: ParquetSchema
    /// Rows of all groups.
    let rows: Int

    private let path: String
    private let bytes: [UInt8]
    /// Where in the file `bytes` begin, which is where pages end.
    private let start: Int
    /// How many row groups there are, and where in `bytes` the first of them lies.
    private let groupCount: Int
    private let firstGroup: Int

    /// The largest footer that is read.
    private static let largest = 1 << 27

    /// Reads the footer of `file`, in which every row group is looked at.
    ///
    /// - Parameter wanted: the paths of the columns whose chunks are kept.
    /// - Throws: `InputError` for what is no Parquet file, or a damaged one.
    init(_ file: ParquetBytes, wanted: [String]) throws {
        path = file.path
        (bytes, start) = try Self.bytes(of: file)
        var reader = ThriftReader(bytes)
        var schema: ParquetSchema?
        var groups: (count: Int, place: Int)?
        var rows: Int?
        do {
            try reader.structure { reader, number, kind in
                switch number {
                case 2: schema = try ParquetSchema(&reader, kind, wanted: wanted)
                case 3: rows = try reader.integer(kind)
                case 4:
                    let place = reader.position
                    groups = (try reader.list(kind) { try $0.skipElement($1) }, place)
                case 8: throw Self.encrypted(file.path)
                default: return false
                }
                return true
            }
        } catch let problem as ThriftReader.Problem {
            throw problem.error(file.path, in: "the footer", at: start + reader.position)
        }
        guard let schema, let groups, let rows, rows >= 0 else {
            throw InputError.damaged(
                path, expected: "a footer with a schema, row groups and a count of rows",
                found: "one without at byte \(start)")
        }
        (self.schema, self.rows) = (schema, rows)
        (groupCount, firstGroup) = groups
        try checkCounts()
    }

    private static func encrypted(_ path: String) -> InputError {
        InputError(
            at: path, expected: "a Parquet file that is not encrypted", found: "an encrypted one",
            remedy: "Decrypt it with the program that wrote it.")
    }

    private static func bytes(of file: ParquetBytes) throws -> (bytes: [UInt8], start: Int) {
        let magic = ParquetFormat.magic
        let ends = file.count >= 12 ? try file.read((file.count - 8)..<file.count) : []
        if ends.suffix(4).elementsEqual(ParquetFormat.encryptedMagic) {
            throw encrypted(file.path)
        }
        guard ends.suffix(4).elementsEqual(magic), try file.read(0..<4) == magic else {
            throw InputError.damaged(
                file.path, expected: "a Parquet file, which begins and ends with PAR1",
                found: file.count == 0 ? "an empty file" : "\(file.count) bytes that do not")
        }
        let size = ends.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard size <= file.count - 12 else {
            throw InputError.damaged(
                file.path, expected: "a footer inside the file's \(file.count) bytes",
                found: "one of \(size) bytes")
        }
        guard size <= largest else {
            throw InputError(
                at: file.path, expected: "a footer of at most \(largest) bytes",
                found: "one of \(size)",
                remedy: "Write the table again with larger row groups or fewer columns.")
        }
        let start = file.count - 8 - size
        return (try file.read(start..<(file.count - 8)), start)
    }

    /// Throws where a row group is not as it must be, or their rows are not those of the file.
    private func checkCounts() throws {
        var groups = groups
        var left = rows
        while let group = try groups.next() {
            left -= group.rows
            if left < 0 { break }
        }
        guard left == 0, groups.isAtEnd else {
            throw InputError.damaged(
                path, expected: "row groups with \(rows) rows together, as the footer counts",
                found: "another sum")
        }
    }

    /// The row groups, from the first on.
    var groups: Groups { Groups(footer: self, left: groupCount) }

    /// A walk over the row groups.
    struct Groups {
        /// How many were passed.
        private(set) var number = 0
        /// Whether none is left.
        var isAtEnd: Bool { left == 0 }

        private let footer: ParquetFooter
        private var left: Int
        private var reader: ThriftReader

        fileprivate init(footer: ParquetFooter, left: Int) {
            (self.footer, self.left) = (footer, left)
            reader = ThriftReader(footer.bytes, from: footer.firstGroup)
            // Of the list only its head is read here: it ends before the first group.
            _ = try? reader.listHead(.list)
        }

        /// The next row group, nil after the last.
        mutating func next() throws -> RowGroup? {
            guard left > 0 else { return nil }
            left -= 1
            number += 1
            do {
                return try footer.group(&reader)
            } catch let problem as ThriftReader.Problem {
                throw problem.error(
                    footer.path, in: "row group \(number) in the footer",
                    at: footer.start + reader.position)
            }
        }
    }

    private func group(_ reader: inout ThriftReader) throws -> RowGroup {
        var group = RowGroup()
        var found: [Int: Chunk] = [:]
        var count = 0
        try reader.structure { reader, number, kind in
            switch number {
            case 1:
                count = 0
                try reader.list(kind) { reader, kind in
                    if schema.wanted.contains(where: { $0.place == count }) {
                        found[count] = try chunk(&reader, kind)
                    } else {
                        try reader.skipElement(kind)
                    }
                    count += 1
                }
            case 3: group.rows = try reader.integer(kind)
            default: return false
            }
            return true
        }
        guard group.rows >= 0 else {
            throw ThriftReader.Problem.malformed("\(group.rows) rows")
        }
        guard count == schema.leaves else {
            throw ThriftReader.Problem.malformed("\(count) of \(schema.leaves) columns")
        }
        group.chunks = schema.wanted.compactMap { found[$0.place] }
        guard group.chunks.allSatisfy({ $0.values == group.rows }) || hasRepetition else {
            throw ThriftReader.Problem.malformed("columns of different lengths")
        }
        return group
    }

    private var hasRepetition: Bool { schema.wanted.contains { $0.repetitionLevels > 0 } }

    private func chunk(_ reader: inout ThriftReader, _ kind: ThriftReader.Kind) throws -> Chunk {
        var chunk: Chunk?
        guard kind == .structure else { throw ThriftReader.Problem.malformed("no column chunk") }
        try reader.structure { reader, number, kind in
            switch number {
            case 1:
                let elsewhere = try reader.text(kind)
                guard elsewhere.isEmpty else {
                    throw InputError(
                        at: path, expected: "a Parquet file with all of its columns",
                        found: "one whose columns are in \(elsewhere)",
                        remedy: "Name the files that it lists instead.")
                }
            case 3: chunk = try metadata(&reader)
            case 8: throw Self.encrypted(path)
            default: return false
            }
            return true
        }
        guard let chunk else { throw ThriftReader.Problem.malformed("a chunk without its place") }
        return chunk
    }

    private func metadata(_ reader: inout ThriftReader) throws -> Chunk {
        var chunk = Chunk()
        var (codec, size, data) = (-1, -1, -1)
        var dictionary: Int?
        try reader.structure { reader, number, kind in
            switch number {
            case 4: codec = try reader.integer(kind)
            case 5: chunk.values = try reader.integer(kind)
            case 7: size = try reader.integer(kind)
            case 9: data = try reader.integer(kind)
            case 11: dictionary = try reader.integer(kind)
            default: return false
            }
            return true
        }
        guard let known = ParquetFormat.Codec(rawValue: codec) else {
            throw ThriftReader.Problem.malformed("a codec of number \(codec)")
        }
        chunk.codec = known
        // Without values there may be no pages, and no place for them.
        if chunk.values == 0 { return chunk }
        // Some writers leave 0 where there is no dictionary.
        let place = dictionary.map { $0 > 0 && $0 < data ? $0 : data } ?? data
        guard place >= ParquetFormat.magic.count, place <= start, size >= 0, size <= start - place
        else {
            throw ThriftReader.Problem.malformed("pages at byte \(place), \(size) bytes long")
        }
        chunk.range = place..<(place + size)
        return chunk
    }
}

extension ThriftReader.Problem {
    /// The error that `what` in the file at `path` cannot be read at byte `place`.
    func error(_ path: String, in what: String, at place: Int) -> InputError {
        let found =
            switch self {
            case .end: "its end inside a value"
            case .malformed(let problem): problem
            }
        return .damaged(
            path, expected: "\(what) as Parquet writes it", found: "\(found) at byte \(place)")
    }
}
