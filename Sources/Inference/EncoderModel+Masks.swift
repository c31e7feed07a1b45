import Autograd
import PackedBatches
import Synchronization
import TensorCore

extension EncoderModel {
    /// The id that stands for a hidden token.
    public var maskTokenID: Int32 { tokenizer?.special.mask ?? Int32(configuration.maskTokenID) }

    /// The text that stands for a hidden token: `<mask>`, or the mask of the folder's tokenizer.
    public var maskToken: String { tokenizer?.piece(maskTokenID) ?? "<mask>" }

    /// The likeliest tokens in the place of every `<mask>` of every text:
    /// `[texts][masks in the text]`.
    ///
    /// Several masks of one text are predicted at once, each without knowing the others.
    ///
    /// - Parameters:
    ///   - texts: any number of texts.
    ///   - top: the number of candidates.
    /// - Throws: `InputError` if the folder has no tokenizer or no masked-LM head.
    public func fillMasks(in texts: [String], top: Int = 5) throws -> [[MaskPrediction]] {
        try fillMasks(in: tokens(of: texts), top: top)
    }

    /// The likeliest tokens in the place of every mask of every token sequence.
    ///
    /// - Parameters:
    ///   - sequences: any number of sequences.
    ///   - top: the number of candidates.
    ///   - naming: what the error calls a sequence by its place, such as a file and line.
    /// - Throws: `InputError` if the folder has no masked-LM head, and for a sequence whose
    ///   probabilities are not finite.
    public func fillMasks(
        in sequences: [TokenSequence], top: Int = 5,
        naming: (Int) -> String = { "input \($0 + 1)" }
    ) throws -> [[MaskPrediction]] {
        try requireHead()
        precondition(top > 0, "EncoderModel.fillMasks: \(top) candidates")
        let predictions =
            switch precision {
            case .fp32: fillMasks(in: sequences, top: top, in: Float.self)
            case .bf16: fillMasks(in: sequences, top: top, in: BFloat16.self)
            }
        if let place = predictions.firstIndex(where: { masks in
            masks.contains { !$0.candidates.allSatisfy(\.probability.isFinite) }
        }) {
            throw notFinite("probability", at: naming(place))
        }
        return predictions
    }

    private func fillMasks<Element: Activation>(
        in sequences: [TokenSequence], top: Int, in element: Element.Type
    ) -> [[MaskPrediction]] {
        let mask = maskTokenID
        var predictions = sequences.map { _ in [MaskPrediction]() }
        let masked = sequences.indices.filter { sequences[$0].ids.contains(mask) }
        let plan = BatchPlan(
            lengths: masked.map { sequences[$0].ids.count }, budget: batchTokens)
        for batch in plan.batches {
            let indices = batch.map { masked[$0] }
            let packed = PackedBatch(sequences: indices.map { sequences[$0].ids })
            let rows = packed.tokenIDs.indices.filter { packed.tokenIDs[$0] == mask }
            let tape = tape(of: element)
            let states = model.hiddenStates(packed, rows: rows.map { Int32($0) }, on: tape)
            var likely = likelyTokens(of: states, top: top, on: tape)[...]
            for index in indices {
                let ids = sequences[index].ids
                for position in ids.indices where ids[position] == mask {
                    predictions[index].append(
                        MaskPrediction(
                            position: position,
                            candidates: likely.removeFirst().entries.map(candidate)))
                }
            }
        }
        return predictions
    }

    /// Rows whose logits are in memory at once.
    private static let decodedRows = 64

    /// The likeliest tokens of each row of last hidden states.
    private func likelyTokens<Element: Activation>(
        of states: Tensor<Element>, top: Int, on tape: Tape<Element>
    ) -> [LikelyTokens] {
        let count = states.value.rows
        let found = Mutex([LikelyTokens?](repeating: nil, count: count))
        for start in stride(from: 0, to: count, by: Self.decodedRows) {
            let rows = start..<min(count, start + Self.decodedRows)
            let part = tape.gatherRows(states, at: rows.map { Int32($0) })
            let logits = model.logits(of: part, on: tape)
            parallel.forEachSlab(of: 1, in: rows.count) { slab in
                for row in slab {
                    let likely = logits.withElements { elements in
                        let first = row * logits.columns
                        return LikelyTokens(
                            elements.extracting(first..<first + logits.columns), count: top)
                    }
                    found.withLock { $0[rows.lowerBound + row] = likely }
                }
            }
        }
        return found.withLock { $0.compactMap(\.self) }
    }

    private func candidate(_ entry: (id: Int32, probability: Double)) -> MaskPrediction.Candidate {
        let isPiece = tokenizer.map { Int(entry.id) < $0.vocabularySize } ?? false
        return MaskPrediction.Candidate(
            id: entry.id,
            token: isPiece ? tokenizer?.piece(entry.id) ?? "" : "\(entry.id)",
            text: isPiece ? tokenizer?.decode([entry.id]) ?? "" : "\(entry.id)",
            probability: entry.probability)
    }
}
