import TensorCore

extension RunPlace {
    /// The elements of a run that lie one behind another in memory: all of a buffer, or slabs of one
    /// matrix. They stay where they are as long as the matrices are held.
    func stretch(of run: ArraySlice<FlatSlab>) -> UnsafeMutableBufferPointer<Float> {
        guard let first = run.first else { return .init(start: nil, count: 0) }
        let start =
            switch self {
            case .buffer(let buffer, let from): buffer.address + (first.place - from)
            case .matrices(let matrices): matrices[first.matrix].address + first.start
            }
        return .init(start: start, count: run.elementCount)
    }
}

extension ArraySlice<FlatSlab> {
    /// The run, cut where a matrix ends.
    var byMatrix: [ArraySlice<FlatSlab>] {
        var pieces: [ArraySlice<FlatSlab>] = []
        var rest = self
        while let first = rest.first {
            let piece = rest.prefix { $0.matrix == first.matrix }
            pieces.append(piece)
            rest = rest[piece.endIndex...]
        }
        return pieces
    }
}
