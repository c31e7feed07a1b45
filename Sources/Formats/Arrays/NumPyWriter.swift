/// Writes a matrix of single-precision numbers, row after row, as a NumPy `.npy` file (format
/// version 1.0). The number of rows need not be known before.
///
/// The file appears under its name when `finish` has been called.
public final class NumPyWriter {
    /// Numbers in a row.
    public let columns: Int
    /// Rows so far.
    public private(set) var rows = 0

    private let file: OutputFile
    /// The header with its magic: a multiple of 64 bytes with room for any number of rows.
    static let headerSize = 128

    /// Starts a file of rows of `columns` numbers.
    ///
    /// - Throws: `InputError` if it cannot be written.
    public init(path: String, columns: Int) throws {
        file = try OutputFile(path: path)
        self.columns = columns
        try file.write(Self.header(rows: 0, columns: columns))
    }

    /// Appends a row.
    public func append(_ row: [Float]) throws {
        precondition(row.count == columns, "NumPyWriter: \(row.count) numbers of \(columns)")
        try row.withUnsafeBytes { try file.write($0) }
        rows += 1
    }

    /// Writes the number of rows and gives the file its name.
    public func finish() throws {
        try Self.header(rows: rows, columns: columns).withUnsafeBytes {
            try file.write($0, at: 0)
        }
        try file.finish()
    }

    private static func header(rows: Int, columns: Int) -> [UInt8] {
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
        let magic: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        let length = headerSize - magic.count - 2
        text += String(repeating: " ", count: length - 1 - text.utf8.count) + "\n"
        return magic + [UInt8(length & 255), UInt8(length >> 8)] + Array(text.utf8)
    }
}
