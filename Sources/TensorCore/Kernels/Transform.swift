import CNumerics

// For kernels whose arithmetic takes about as long as memory does. Beside that much arithmetic the
// processor does not look far enough ahead, so memory is asked for piece by piece. A kernel's
// arithmetic is a function of its own that is called for each piece, never inlined: in a loop
// around it, its constants would not stay in registers.

/// Numbers of a piece: whole lines.
private let pieceCount = 128
/// Numbers of a line of 64 bytes in bfloat16; in single precision every other line is asked for,
/// and the processor fetches the one beside it.
private let lineCount = 32
/// How far ahead memory is asked for, in numbers. Rows that follow one another need no more care
/// than one long row.
private let distance = 1024

/// Calls `body` with the first number and the length of each piece of a row.
@inline(__always)
func forEachPiece(of count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
    for start in stride(from: 0, to: count, by: pieceCount) {
        body(start, min(pieceCount, count - start))
    }
}

/// Asks for memory that is read `distance` numbers behind a piece.
@inline(__always)
func fetchAheadForReading<Element>(_ piece: UnsafeMutablePointer<Element>) {
    for ahead in stride(from: distance, to: distance + pieceCount, by: lineCount) {
        fetchForReading(piece + ahead)
    }
}

/// Asks for memory that is written `distance` numbers behind a piece.
@inline(__always)
func fetchAheadForWriting<Element>(_ piece: UnsafeMutablePointer<Element>) {
    for ahead in stride(from: distance, to: distance + pieceCount, by: lineCount) {
        fetchForWriting(piece + ahead)
    }
}

/// y = f(a, b) number by number; of bfloat16 two at a time, as the halves of a word.
@inline(__always)
func transform<Element: Activation>(
    _ a: UnsafeMutablePointer<Element>, _ b: UnsafeMutablePointer<Element>,
    into y: UnsafeMutablePointer<Element>, count: Int, _ f: (Float, Float) -> Float
) {
    forEachNumber(of: Element.self, in: count) { j in
        y[j] = Element(rounding: f(a[j].widened, b[j].widened))
    } pair: { j in
        let (a, b) = (pair(a, j), pair(b, j))
        let first = f(firstBFloat16(a), firstBFloat16(b))
        let second = f(secondBFloat16(a), secondBFloat16(b))
        store(first, second, y, j)
    }
}

/// (y, z) = f(a, b, c) number by number; of bfloat16 two at a time.
@inline(__always)
func transform<Element: Activation>(
    _ a: UnsafeMutablePointer<Element>, _ b: UnsafeMutablePointer<Element>,
    _ c: UnsafeMutablePointer<Element>, into y: UnsafeMutablePointer<Element>,
    _ z: UnsafeMutablePointer<Element>, count: Int,
    _ f: (Float, Float, Float) -> (Float, Float)
) {
    forEachNumber(of: Element.self, in: count) { j in
        let results = f(a[j].widened, b[j].widened, c[j].widened)
        y[j] = Element(rounding: results.0)
        z[j] = Element(rounding: results.1)
    } pair: { j in
        let (a, b, c) = (pair(a, j), pair(b, j), pair(c, j))
        let first = f(firstBFloat16(a), firstBFloat16(b), firstBFloat16(c))
        let second = f(secondBFloat16(a), secondBFloat16(b), secondBFloat16(c))
        store(first.0, second.0, y, j)
        store(first.1, second.1, z, j)
    }
}

/// Calls `pair` with each index of a pair of bfloat16, and `number` with that of what remains.
@inline(__always)
private func forEachNumber<Element: Activation>(
    of element: Element.Type, in count: Int, number: (Int) -> Void, pair: (Int) -> Void
) {
    let pairs = Element.precision == .bf16 ? count / 2 : 0
    for j in 0..<pairs { pair(j) }
    for j in 2 * pairs..<count { number(j) }
}

/// The word of a pair of bfloat16, which may begin between two words. No index may overflow here:
/// a loop that might end early leaves numbers that would fill vectors to single steps.
@inline(__always)
private func pair<Element>(_ numbers: UnsafeMutablePointer<Element>, _ index: Int) -> UInt32 {
    UnsafeRawPointer(numbers).loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self)
}

@inline(__always)
private func store<Element>(
    _ first: Float, _ second: Float, _ numbers: UnsafeMutablePointer<Element>, _ index: Int
) {
    UnsafeMutableRawPointer(numbers).storeBytes(
        of: nearestBFloat16Pair(first, second), toByteOffset: 4 &* index, as: UInt32.self)
}
