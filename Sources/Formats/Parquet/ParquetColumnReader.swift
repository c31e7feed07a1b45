import Diagnostics

/// The strings of one column in one row group, page after page.
struct ParquetColumnReader {
    private let file: ParquetBytes
    private let column: ParquetSchema.Column
    private let chunk: ParquetFooter.Chunk
    private let group: Int
    private let longest: Int
    /// Where the next page begins.
    private var position: Int
    private var dictionary: ParquetValues.Dictionary?
    private var values: ParquetValues?
    private var levels: HybridReader?
    /// Rows of the page that are not read yet.
    private var left = 0
    /// Where the page began.
    private var pageStart = 0

    /// The largest page that is read, as its bytes are when they are decompressed.
    private static let largestPage = 1 << 29
    /// As many rows as a page may have, and a dictionary strings.
    private static let mostValues = 1 << 24
    /// What is read of a page's header at first; statistics can make it much longer.
    private static let headerSize = 1 << 13

    /// The strings of `chunk`, in row group `group`, of at most `longest` bytes.
    init(
        _ file: ParquetBytes, _ column: ParquetSchema.Column, _ chunk: ParquetFooter.Chunk,
        group: Int, longest: Int
    ) throws {
        try chunk.codec.check(file.path)
        (self.file, self.column, self.chunk, self.group) = (file, column, chunk, group)
        self.longest = longest
        position = chunk.range.lowerBound
    }

    /// The value of the next row. There are as many as the chunk has.
    mutating func next() throws -> ParquetReader.Value {
        while left == 0 { try startPage() }
        left -= 1
        do {
            if let level = try levels?.next(), level < column.definitionLevels { return .null }
            return try values?.string(longest: longest).map { .string($0) } ?? .tooLong
        } catch let failure as ParquetValues.Failure {
            throw damaged(failure.found)
        }
    }

    private mutating func startPage() throws {
        pageStart = position
        guard position < chunk.range.upperBound else { throw damaged("the end of its pages") }
        let header = try header()
        guard header.size <= Self.largestPage, header.values <= Self.mostValues else {
            let (bytes, values) = (Self.largestPage, Self.mostValues)
            throw InputError(
                at: place, expected: "pages of at most \(bytes) bytes and \(values) values",
                found: "one of \(header.size) bytes and \(header.values) values",
                remedy: "Write the table again with smaller pages and row groups.")
        }
        let stored = try file.read(position..<(position + header.compressedSize))
        position += header.compressedSize
        guard header.matches(stored) else {
            throw damaged("bytes that do not have the page's checksum")
        }
        do {
            switch header.kind {
            case .index: break
            case .dictionary: try readDictionary(header, stored)
            case .data: try readData(header, stored)
            case .dataV2: try readDataV2(header, stored)
            case nil: throw damaged("a page of an unknown type")
            }
        } catch let failure as ParquetValues.Failure {
            throw damaged(failure.found)
        } catch let failure as ParquetFormat.Codec.Failure {
            throw damaged(failure.found)
        }
    }

    /// Reads the header at `position`, behind which that is then.
    private mutating func header() throws -> ParquetPageHeader {
        var size = Self.headerSize
        while true {
            let end = min(chunk.range.upperBound, position + size)
            var reader = ThriftReader(try file.read(position..<end))
            do {
                let header = try ParquetPageHeader(&reader)
                try header.check(available: chunk.range.upperBound - position - reader.position)
                position += reader.position
                return header
            } catch ThriftReader.Problem.end
                where end < chunk.range.upperBound && size < Self.largestPage
            {
                size *= 8
            } catch let problem as ThriftReader.Problem {
                throw problem.error(place, in: "a page's header", at: position + reader.position)
            }
        }
    }

    private mutating func readDictionary(
        _ header: ParquetPageHeader, _ stored: [UInt8]
    ) throws {
        guard dictionary == nil, values == nil else {
            throw ParquetValues.Failure("a second dictionary")
        }
        let encodings: [ParquetFormat.Encoding] = [.plain, .plainDictionary]
        guard encodings.contains(where: { $0.rawValue == header.encoding }) else {
            throw ParquetValues.Failure(
                "a dictionary in the encoding with number \(header.encoding)")
        }
        let bytes = try chunk.codec.decompress(stored[...], size: header.size)
        dictionary = try ParquetValues.Dictionary(bytes, count: header.values)
    }

    private mutating func readData(_ header: ParquetPageHeader, _ stored: [UInt8]) throws {
        let bytes = try chunk.codec.decompress(stored[...], size: header.size)
        var place = 0
        var range = 0..<0
        if column.definitionLevels > 0 {
            guard header.levelEncoding == ParquetFormat.Encoding.rle.rawValue else {
                throw ParquetValues.Failure(
                    "definition levels in the encoding with number \(header.levelEncoding)")
            }
            guard bytes.count >= 4 else { throw ParquetValues.Failure("no definition levels") }
            let size = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
            guard size <= bytes.count - 4 else {
                throw ParquetValues.Failure("definition levels that end outside their page")
            }
            place = 4 + size
            range = 4..<place
        }
        try start(header, bytes, levels: range, valuesAt: place)
    }

    private mutating func readDataV2(_ header: ParquetPageHeader, _ stored: [UInt8]) throws {
        let size = header.repetitionSize + header.definitionSize
        let codec = header.isCompressed ? chunk.codec : .uncompressed
        // The levels come first and are never compressed.
        var bytes = Array(stored[..<size])
        bytes += try codec.decompress(stored[size...], size: header.size - size)
        try start(header, bytes, levels: header.repetitionSize..<size, valuesAt: size)
    }

    /// Begins to give the values of a page, of which those with the highest level are there.
    private mutating func start(
        _ header: ParquetPageHeader, _ bytes: [UInt8], levels range: Range<Int>,
        valuesAt place: Int
    ) throws {
        var present = header.values
        levels = nil
        if column.definitionLevels > 0 {
            let width = Int.bitWidth - column.definitionLevels.leadingZeroBitCount
            let levels = HybridReader(bytes, in: range, width: width)
            var counting = levels
            for _ in 0..<header.values where try counting.next() < column.definitionLevels {
                present -= 1
            }
            self.levels = levels
        }
        values = try ParquetValues(
            bytes, at: place, count: present, encoding: header.encoding, dictionary: dictionary)
        left = header.values
    }

    /// The file, the row group, the column and the page, for messages.
    private var place: String {
        "\(file.path), row group \(group), column “\(column.path)”, page at byte \(pageStart)"
    }

    private func damaged(_ found: String) -> InputError {
        .damaged(place, expected: "\(chunk.values) strings or nulls", found: found)
    }
}
