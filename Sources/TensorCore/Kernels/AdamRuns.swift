/// The first pass of a StableAdamW step over a run of slabs of all parameters, as `updateMoments`
/// makes it of a whole parameter: their partial sums, added up in the order of the slabs, give the
/// bits of the whole.
///
/// - Parameters:
///   - run: slabs that follow one another in the line of all parameters.
///   - gradient: g of the run, from the first element on.
///   - first, second: m and v, any shape; those of the run begin at element `offset`.
///   - partials: `[any, 2]`; row `row` + i becomes Σ g² / max(v, ε²) and Σ g² of the run's slab i.
package func updateMoments(
    _ run: ArraySlice<FlatSlab>, gradient: Matrix<Float>, first: Matrix<Float>,
    second: Matrix<Float>, at offset: Int, firstDecay: Float, secondDecay: Float, epsilon: Float,
    partials: Matrix<Double>, from row: Int, parallel: Parallel
) {
    let count = run.elementCount
    precondition(
        count <= gradient.count && offset >= 0 && offset + count <= first.count
            && offset + count <= second.count && partials.columns == 2 && row >= 0
            && row + run.count <= partials.rows,
        """
        updateMoments: a run of \(count) at \(offset), gradient \(gradient.shape), moments \
        \(first.shape), \(second.shape), sums \(partials.shape) from \(row)
        """)
    parallel.forEach(in: run.count) { index in
        let slab = run[run.startIndex + index]
        let start = slab.place - run[run.startIndex].place
        let g = gradient.base + start
        let sums = partials.base + (row + index) * 2
        sums[0] = updateMomentsOfSlab(
            g, first.base + offset + start, second.base + offset + start, count: slab.count,
            firstDecay: firstDecay, secondDecay: secondDecay, epsilon: epsilon)
        sums[1] = sumOfSquaresOfSlab(g, count: slab.count)
    }
}

/// The second pass of a StableAdamW step over a run of slabs of all parameters, as
/// `updateParameter` makes it of a whole one, with the same bits.
///
/// - Parameters:
///   - run: slabs that follow one another in the line of all parameters.
///   - parameters: p of all parameters.
///   - first, second: m and v, any shape; those of the run begin at element `offset`.
///   - learningRates: η of each parameter.
///   - keeps: 1 - η / η_max · λ of each parameter; 1 for no decay.
///   - copies: for each parameter its copy in bfloat16, if there is one.
package func updateParameters(
    _ run: ArraySlice<FlatSlab>, of parameters: [Matrix<Float>], first: Matrix<Float>,
    second: Matrix<Float>, at offset: Int, learningRates: [Float], keeps: [Float], epsilon: Float,
    rounded copies: [Matrix<BFloat16>?], parallel: Parallel
) {
    let count = run.elementCount
    precondition(
        offset >= 0 && offset + count <= first.count && offset + count <= second.count
            && learningRates.count == parameters.count && keeps.count == parameters.count
            && copies.count == parameters.count,
        "updateParameters: a run of \(count) at \(offset), moments \(first.shape)")
    parallel.forEach(in: run.count) { index in
        let slab = run[run.startIndex + index]
        let place = offset + slab.place - run[run.startIndex].place
        updateSlab(
            parameters[slab.matrix].base + slab.start, first.base + place, second.base + place,
            rounded: copies[slab.matrix].map { $0.base + slab.start }, count: slab.count,
            learningRate: learningRates[slab.matrix], keep: keeps[slab.matrix], epsilon: epsilon)
    }
}
