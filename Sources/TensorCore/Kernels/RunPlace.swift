/// Where the elements of runs of slabs lie.
package enum RunPlace {
    /// In all matrices of the line, each slab in its own.
    case matrices([Matrix<Float>])
    /// One behind another in a buffer of any shape, whose first element has the place `from` in the
    /// line.
    case buffer(Matrix<Float>, from: Int)

    /// The first element of a slab.
    func start(of slab: FlatSlab) -> UnsafeMutablePointer<Float> {
        switch self {
        case .matrices(let matrices): matrices[slab.matrix].base + slab.start
        case .buffer(let buffer, let from): buffer.base + (slab.place - from)
        }
    }

    /// Checks, for an operation of this name, that there is room for a run.
    func check(_ run: ArraySlice<FlatSlab>, _ operation: String) {
        switch self {
        case .matrices(let matrices):
            for slab in run {
                precondition(
                    slab.start + slab.count <= matrices[slab.matrix].count,
                    "\(operation): a slab at \(slab.start) of \(matrices[slab.matrix].shape)")
            }
        case .buffer(let buffer, let from):
            guard let first = run.first else { return }
            precondition(
                first.place >= from && first.place - from + run.elementCount <= buffer.count,
                "\(operation): a run at \(first.place - from) of \(buffer.shape)")
        }
    }
}
