/// A dense matrix, rows × columns, stored row after row from a 64-byte boundary.
///
/// The one tensor type: tokens are rows, features are columns, attention heads are ranges of
/// columns. Copies share the same elements, as copies of a class reference would; `elements` copies
/// them out. Threads may work on disjoint parts at the same time; the caller ensures that no thread
/// reads what another one writes.
public struct Matrix<Element: Scalar>: @unchecked Sendable {
    /// Number of rows.
    public let rows: Int
    /// Number of columns.
    public let columns: Int
    /// Owns the memory that `base` points into.
    private let storage: MatrixStorage
    /// The first element. Kernels of this module read and write through it.
    let base: UnsafeMutablePointer<Element>

    /// A matrix of zeros.
    public init(rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, pool: nil)
        clear()
    }

    /// A matrix with undefined contents, whose buffer comes from `pool` and returns to it.
    public init(rows: Int, columns: Int, from pool: BufferPool) {
        self.init(rows: rows, columns: columns, pool: pool)
    }

    /// A matrix of the given elements, row after row: `[rows * columns]`.
    public init(rows: Int, columns: Int, elements: [Element]) {
        precondition(
            elements.count == rows * columns,
            "Matrix: \(elements.count) elements for \(rows) × \(columns)")
        self.init(rows: rows, columns: columns, pool: nil)
        elements.withUnsafeBufferPointer { source in
            if let first = source.baseAddress {
                base.update(from: first, count: source.count)
            }
        }
    }

    private init(rows: Int, columns: Int, pool: BufferPool?) {
        precondition(rows >= 0 && columns >= 0, "Matrix: \(rows) × \(columns)")
        self.rows = rows
        self.columns = columns
        storage = MatrixStorage(
            byteCount: rows * columns * MemoryLayout<Element>.stride, pool: pool)
        base = storage.buffer.start.bindMemory(to: Element.self, capacity: rows * columns)
    }

    /// Number of elements.
    public var count: Int { rows * columns }

    /// Whether rows and columns agree.
    func hasShape(of other: Matrix) -> Bool { rows == other.rows && columns == other.columns }

    /// `rows × columns`, for messages.
    var shape: String { "\(rows) × \(columns)" }

    /// The elements, copied out row after row: `[rows * columns]`.
    public var elements: [Element] {
        Array(UnsafeBufferPointer(start: base, count: count))
    }

    /// One element.
    public subscript(row: Int, column: Int) -> Element {
        get {
            check(row, column)
            return base[row * columns + column]
        }
        nonmutating set {
            check(row, column)
            base[row * columns + column] = newValue
        }
    }

    private func check(_ row: Int, _ column: Int) {
        precondition(
            0 <= row && row < rows && 0 <= column && column < columns,
            "Matrix: element (\(row), \(column)) of \(rows) × \(columns)")
    }

    /// Sets every element.
    public func fill(_ value: Element) {
        base.update(repeating: value, count: count)
    }

    /// Copies all elements of a matrix of the same shape.
    public func copy(from other: Matrix) {
        precondition(
            rows == other.rows && columns == other.columns,
            "Matrix.copy: from \(other.rows) × \(other.columns) to \(rows) × \(columns)")
        base.update(from: other.base, count: count)
    }

    /// Calls `body` with all elements, row after row.
    public func withElements<Result: ~Copyable, Failure: Error>(
        _ body: (Span<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: base, count: count).span)
    }

    /// Calls `body` with all elements, row after row, to change them in place.
    public func withMutableElements<Result: ~Copyable, Failure: Error>(
        _ body: (inout MutableSpan<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var span = UnsafeMutableBufferPointer(start: base, count: count).mutableSpan
        return try body(&span)
    }

    private func clear() {
        storage.buffer.start.initializeMemory(
            as: UInt8.self, repeating: 0, count: count * MemoryLayout<Element>.stride)
    }
}

/// The owner of a matrix's memory.
private final class MatrixStorage: Sendable {
    let buffer: Buffer
    /// Where the buffer returns to; nil to free it.
    private let pool: BufferPool?

    init(byteCount: Int, pool: BufferPool?) {
        self.pool = pool
        buffer =
            pool?.take(byteCount: byteCount)
            ?? Buffer(capacity: Buffer.capacity(holding: byteCount))
    }

    deinit {
        if let pool {
            pool.give(buffer)
        } else {
            buffer.deallocate()
        }
    }
}
