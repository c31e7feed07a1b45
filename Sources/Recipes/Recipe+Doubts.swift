extension Recipe {
    /// Sentences about values that are allowed and seldom meant, each with its stage and key; empty
    /// where there are none.
    public var doubts: [String] {
        stages().flatMap { stage in
            [stage.batchDoubt, stage.rateDoubt].compactMap { doubt in
                doubt.map { "\(stage.name): \($0)" }
            }
        }
    }
}

extension Stage {
    fileprivate var batchDoubt: String? {
        let (batch, tokens) = (phase.batch.size.from, phase.tokens)
        guard batch > tokens else { return nil }
        return """
            batch.tokens: a batch of \(Quantity.text(batch)) tokens is more than the \
            \(Quantity.text(tokens)) of the phase: it is one step, and reads more than the phase \
            is to read. Lower it.
            """
    }

    fileprivate var rateDoubt: String? {
        let (peak, usual) = (phase.learningRate.peak, 1e-2)
        guard peak > usual else { return nil }
        return """
            learning_rate.peak: \(Quantity.text(peak)) is above \(Quantity.text(usual)), with \
            which encoders of this kind hardly ever learn; mmBERT's is 8e-4.
            """
    }
}
