import Diagnostics

/// The rows of a Parquet file, of which a few columns of text are read.
///
/// Columns are read page by page; at most one page and one dictionary of each are in memory, and
/// the footer. What can be read: strings and other bytes in all encodings that they can have, both
/// versions of pages, with their checksums where they have them, compressed with Snappy, gzip, zstd
/// or LZ4. Other columns are passed over, whatever they hold.
package struct ParquetReader {
    /// A value of a column.
    package enum Value: Sendable, Equatable {
        /// No value.
        case null
        /// A string, which is not checked to be UTF-8.
        case string([UInt8])
        /// A string longer than those that are wanted.
        case tooLong

        /// The string, nil where there is none.
        package var string: [UInt8]? { if case .string(let bytes) = self { bytes } else { nil } }
    }

    /// A row: the values of the wanted columns, in the order in which they were asked for.
    package typealias Row = [Value]

    /// Rows in the file.
    package var rows: Int { footer.rows }
    /// Rows that were read so far.
    package private(set) var rowsRead = 0
    /// About as many bytes of the file belong to the rows that were read.
    package var bytesRead: Int {
        rowsRead == rows
            ? file.count : Int(Double(file.count) * Double(rowsRead) / Double(rows))
    }

    private let file: ParquetBytes
    private let footer: ParquetFooter
    /// For each wanted column, its place among those of the schema.
    private let order: [Int]
    private let longest: Int
    private var groups: ParquetFooter.Groups
    private var columns: [ParquetColumnReader] = []
    /// Rows of the present group that are not read yet.
    private var left = 0

    /// The file at `path`, of which the columns with the names `columns` are read. A field of a
    /// group is named with it: `meta.language`.
    ///
    /// - Parameters:
    ///   - columns: their names, each with the option that names it, for messages.
    ///   - longest: the longest string that is wanted, in bytes.
    /// - Throws: `InputError` for a file that is damaged or lacks such a column.
    package init(
        path: String, columns: [(name: String, option: String)], longest: Int = 1 << 24
    ) throws {
        let file = try ParquetBytes(path: path)
        let footer = try ParquetFooter(file, wanted: columns.map(\.name))
        order = try columns.map { name, option in
            guard let place = footer.schema.wanted.firstIndex(where: { $0.path == name }),
                footer.schema.wanted[place].isText
            else { throw Self.lacking(name, option, footer.schema, path) }
            return place
        }
        (self.file, self.footer, groups) = (file, footer, footer.groups)
        self.longest = longest
    }

    /// The next row, nil after the last.
    ///
    /// - Throws: `InputError` for a damaged file, with the row group, the column and the page.
    package mutating func next() throws -> Row? {
        while left == 0 {
            guard let group = try groups.next() else { return nil }
            left = group.rows
            columns = try order.map { place in
                // One chunk for each column of the schema, or the footer was refused.
                try ParquetColumnReader(
                    file, footer.schema.wanted[place], group.chunks[place], group: groups.number,
                    longest: longest)
            }
        }
        left -= 1
        rowsRead += 1
        var row: Row = []
        row.reserveCapacity(columns.count)
        for column in columns.indices { row.append(try columns[column].next()) }
        return row
    }

    private static func lacking(
        _ name: String, _ option: String, _ schema: ParquetSchema, _ path: String
    ) -> InputError {
        let texts = schema.texts.joined(separator: ", ")
        let more = schema.textCount - schema.texts.count
        let isThere = (schema.wanted.map(\.path) + schema.wantedGroups).contains(name)
        let found =
            isThere ? "a column of another type; those of strings are " : "columns of strings "
        return InputError(
            at: path, expected: "a column “\(name)” of strings",
            found: schema.textCount == 0
                ? "no column of strings"
                : found + texts + (more > 0 ? " and \(more) more" : ""),
            remedy: "Name the column with \(option).")
    }
}
