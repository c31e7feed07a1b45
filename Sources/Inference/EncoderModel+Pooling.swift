import Autograd
import ModelFolders
import PackedBatches
import TensorCore

extension EncoderModel {
    /// The vectors of a batch's sequences.
    ///
    /// - Parameter skipped: how many tokens at the front of each take no part.
    func vectors<Element: Activation>(
        of batch: PackedBatch, skipping skipped: [Int], _ options: EmbeddingOptions,
        in element: Element.Type
    ) -> [[Float]] {
        var vectors = pooled(batch, skipping: skipped, by: options.poolings, in: element)
        if options.usesLayers {
            for layer in pooling.layers { vectors = apply(layer, to: vectors) }
        }
        if let count = options.dimensions { vectors = vectors.map { Array($0.prefix(count)) } }
        return options.normalizes ? vectors.map(Self.normalized) : vectors
    }

    /// The states of each sequence as one vector, or several behind one another.
    private func pooled<Element: Activation>(
        _ batch: PackedBatch, skipping skipped: [Int], by poolings: [Pooling],
        in element: Element.Type
    ) -> [[Float]] {
        let starts = batch.cumulativeSequenceLengths
        let tape = tape(of: element)
        let isWhole = skipped.allSatisfy { $0 == 0 }
        if poolings == [.cls], isWhole {
            let first = model.hiddenStates(batch, rows: Array(starts.dropLast()), on: tape).value
            return rows(of: floats(first))
        }
        let states = model.hiddenStates(batch, on: tape).value
        if [[.mean], [.max]].contains(poolings), isWhole {
            let pooled = Matrix<Float>(
                rows: batch.sequenceCount, columns: states.columns, from: buffers)
            if poolings[0] == .mean {
                meanOfSequences(
                    states, cumulativeSequenceLengths: starts, into: pooled, parallel: parallel)
            } else {
                maximumOfSequences(
                    states, cumulativeSequenceLengths: starts, into: pooled, parallel: parallel)
            }
            return rows(of: pooled)
        }
        let numbers = floats(states)
        return parallel.map(Array(skipped.indices)) { place in
            let sequence = SequenceStates(
                states: numbers, rows: Int(starts[place])..<Int(starts[place + 1]),
                skipped: skipped[place])
            return poolings.flatMap(sequence.pooled)
        }
    }

    private func floats<Element: Activation>(_ x: Matrix<Element>) -> Matrix<Float> {
        let y = Matrix<Float>(rows: x.rows, columns: x.columns, from: buffers)
        convert(x, into: y, parallel: parallel)
        return y
    }

    private func rows(of x: Matrix<Float>) -> [[Float]] {
        x.withElements { elements in
            var rows: [[Float]] = []
            rows.reserveCapacity(x.rows)
            for row in 0..<x.rows {
                var numbers: [Float] = []
                numbers.reserveCapacity(x.columns)
                for place in row * x.columns..<(row + 1) * x.columns {
                    numbers.append(elements[place])
                }
                rows.append(numbers)
            }
            return rows
        }
    }

    private func apply(_ layer: SentenceLayer, to vectors: [[Float]]) -> [[Float]] {
        switch layer {
        case .normalize: vectors.map(Self.normalized)
        case .layerNorm(let layer): vectors.map(layer.callAsFunction)
        case .dense(let layer): apply(layer, to: vectors)
        }
    }

    private func apply(_ layer: DenseLayer, to vectors: [[Float]]) -> [[Float]] {
        let x = Matrix<Float>(
            rows: vectors.count, columns: layer.inputs, elements: Array(vectors.joined()))
        let w = Matrix<Float>(
            rows: layer.outputs, columns: layer.inputs, elements: layer.weight)
        let y = Matrix<Float>(rows: vectors.count, columns: layer.outputs, from: buffers)
        multiply(x, byTransposed: w, to: y, parallel: parallel)
        if !layer.bias.isEmpty {
            let bias = Matrix<Float>(rows: 1, columns: layer.outputs, elements: layer.bias)
            addRow(bias, to: y, into: y, parallel: parallel)
        }
        return rows(of: y).map { $0.map(layer.activation.callAsFunction) }
    }

    /// A vector divided by its length, which counts as at least 1e-12, as in PyTorch.
    private static func normalized(_ vector: [Float]) -> [Float] {
        let squares = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
        let factor = Float(1 / max(squares.squareRoot(), 1e-12))
        return vector.map { $0 * factor }
    }
}

/// The last hidden states of one sequence, pooled as sentence-transformers does it.
private struct SequenceStates {
    /// `[tokens of the batch, columns]`.
    let states: Matrix<Float>
    /// The sequence's.
    let rows: Range<Int>
    /// How many of them, at the front, take no part.
    let skipped: Int

    func pooled(_ pooling: Pooling) -> [Float] {
        let kept = min(rows.lowerBound + skipped, rows.upperBound)..<rows.upperBound
        let first = rows.lowerBound
        switch pooling {
        // Without any row that takes part, the first counts.
        case .cls: return sum(from: kept.isEmpty ? first..<(first + 1) : kept.prefix(1)) { _ in 1 }
        // And the last is nothing.
        case .lastToken: return sum(from: kept.suffix(1)) { _ in 1 }
        case .max: return maximum(from: kept)
        case .mean:
            let share = 1 / Float(max(kept.count, 1))
            return sum(from: kept) { _ in share }
        case .scaledMean:
            let share = 1 / Float(max(kept.count, 1)).squareRoot()
            return sum(from: kept) { _ in share }
        case .weightedMean:
            let weights = kept.reduce(0) { $0 + $1 - first + 1 }
            let share = 1 / Float(max(weights, 1))
            return sum(from: kept) { Float($0 - first + 1) * share }
        }
    }

    /// The sum of rows, each by its weight.
    private func sum(from rows: Range<Int>, weight: (Int) -> Float) -> [Float] {
        let columns = states.columns
        return states.withElements { elements in
            var sum = [Float](repeating: 0, count: columns)
            for row in rows {
                let (start, weight) = (row * columns, weight(row))
                for column in 0..<columns { sum[column] += elements[start + column] * weight }
            }
            return sum
        }
    }

    private func maximum(from rows: Range<Int>) -> [Float] {
        let columns = states.columns
        return states.withElements { elements in
            var largest = [Float](repeating: -.infinity, count: columns)
            for row in rows {
                let start = row * columns
                for column in 0..<columns {
                    largest[column] = max(largest[column], elements[start + column])
                }
            }
            return largest
        }
    }
}
