import Diagnostics

extension Span where Element == Float {
    /// Whether none is NaN or infinite.
    public var areFinite: Bool {
        // Adding one to the exponent of infinity and NaN, and of nothing else, reaches the sign.
        var bits: UInt32 = 0
        for index in 0..<count { bits |= (self[index].bitPattern & 0x7fff_ffff) &+ 0x0080_0000 }
        return bits < 0x8000_0000
    }

    /// The places of those that are NaN or infinite: the first, and how many there are.
    func nonFinite() -> (first: Int, count: Int)? {
        var first: Int?
        var total = 0
        for index in 0..<count where !self[index].isFinite {
            first = first ?? index
            total += 1
        }
        return first.map { ($0, total) }
    }
}

extension SafetensorsFile {
    private static let pieceCount = 1 << 16

    /// The error of a tensor of which some numbers are NaN or infinite: how many, and where the
    /// first of them is.
    func notFinite(_ tensor: SafetensorsTensor) -> InputError {
        var values: [Float] = []
        var (first, total) = (0, 0)
        for start in stride(from: 0, to: tensor.count, by: Self.pieceCount) {
            values = decoded(tensor, start..<min(start + Self.pieceCount, tensor.count))
            guard let found = values.span.nonFinite() else { continue }
            if total == 0 { first = start + found.first }
            total += found.count
        }
        let value = decoded(tensor, first..<min(first + 1, tensor.count)).first ?? .nan
        return InputError(
            at: "\(path): \(tensor.name)", expected: "finite numbers",
            found: "\(total) of \(tensor.count) that \(total == 1 ? "is" : "are") NaN or infinite, "
                + "the first \(value) at \(tensor.indexes(of: first))",
            remedy: "The training that made it diverged, or the file is damaged: use another "
                + "checkpoint or model, or copy the file again.")
    }
}
