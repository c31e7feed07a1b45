import Diagnostics

/// A matrix of single-precision numbers that `NumPyWriter` wrote.
public struct NumPyFile: Sendable {
    /// Rows.
    public let rows: Int
    /// Numbers in a row.
    public let columns: Int
    /// The numbers, row after row: `[rows * columns]`.
    public let elements: [Float]

    /// Reads the file at `path`.
    ///
    /// - Throws: `InputError` for a file that cannot be read, is no such matrix, has another length
    ///   than its header says, or numbers that are not finite.
    public init(path: String) throws {
        let file = try MappedFile(path: path)
        let header = NumPyWriter.headerSize
        func refused(_ found: String) -> InputError {
            InputError(
                at: path, expected: "a matrix of 32-bit numbers as .npy", found: found,
                remedy: "Remove the file; it is written again.")
        }
        guard file.count >= header else { throw refused("\(file.count) bytes") }
        let text = String(decoding: file.bytes[10..<header], as: UTF8.self)
        guard let shape = text.firstMatch(of: #/'<f4'.*False.*\(([0-9]+), ([0-9]+)\)/#),
            let rows = Int(shape.1), let columns = Int(shape.2),
            case let (count, overflow) = rows.multipliedReportingOverflow(by: columns), !overflow,
            count <= file.count / 4
        else { throw refused("another header") }
        guard file.count == header + 4 * count else { throw refused("\(file.count) bytes") }
        (self.rows, self.columns) = (rows, columns)
        elements = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: file.bytes[header...]))
            filled = count
        }
        guard elements.allSatisfy(\.isFinite) else { throw refused("NaN or infinity") }
    }
}
