import Curriculum

extension LearningRateSchedule {
    /// A schedule as it is written.
    private struct Written {
        var peak = 0.0
        var warmup = 0
        var shape = Shape.constant
        var decay: Int?
        var finalFactor = 0.02
        var drop: Drop?
    }

    /// A schedule over `tokens` tokens.
    static func form(within tokens: Int) -> Form<LearningRateSchedule> {
        let peak = Form<Double>.positive(
            "a learning rate above 0", remedy: "Write it like 8e-4.", upTo: 1e38)
        let written = Form.section("a learning rate", new: Written()) {
            Key("peak", \.peak, peak, required: "Write the highest rate, such as 8e-4.")
            Key("warmup", \.warmup, .tokens(within: tokens))
            Key("shape", \.shape, .choice)
            Key("decay", \.decay, isWritten: { $0.shape != .constant }) {
                Form<Int>.tokens(within: tokens - $0.warmup, scaledFrom: 1).or("rest")
            }
            Key("final_factor", \.finalFactor, isWritten: { $0.shape != .constant }) {
                .finalFactor(of: $0.shape)
            }
            Key("drop", \.drop, Drop.form(within: tokens).optional)
        } check: { rate, fields in
            try fields.first(of: ["decay", "final_factor"])?.require(
                rate.shape != .constant, expected: "no decay with shape constant",
                remedy: "Remove it, or write a shape that falls, such as one-minus-sqrt.")
            try (fields["shape"] ?? fields.value).require(
                rate.shape != .inverseSquareRoot || rate.finalFactor > 0,
                expected: "a final_factor above 0 with shape \(rate.shape.rawValue)",
                found: "the phase's 0", remedy: "Write one, such as final_factor: 0.02.")
        }
        return written.converted(
            to: {
                LearningRateSchedule(
                    peak: $0.peak, warmupTokens: $0.warmup, shape: $0.shape,
                    decayTokens: $0.decay, finalFactor: $0.finalFactor, drop: $0.drop)
            },
            from: {
                Written(
                    peak: $0.peak, warmup: $0.warmupTokens, shape: $0.shape,
                    decay: $0.decayTokens,
                    finalFactor: $0.shape == .constant ? Written().finalFactor : $0.finalFactor,
                    drop: $0.drop)
            })
    }
}

extension LearningRateSchedule.Drop {
    /// A drop as it is written.
    private struct Written {
        var at = 0
        var factor = 1.0
    }

    /// A drop within `tokens` tokens.
    fileprivate static func form(within tokens: Int) -> Form<LearningRateSchedule.Drop> {
        let remedy = "Write {at: 1.2T, factor: 0.5}."
        let factor = Form.ratio(remedy: "Write what the rate is multiplied by, such as 0.5.")
        return Form.section("a drop", new: Written(), isWhole: true) {
            Key("at", \.at, .tokens(within: tokens), required: remedy)
            Key("factor", \.factor, factor, required: remedy)
        }
        .converted(
            to: { LearningRateSchedule.Drop(atTokens: $0.at, factor: $0.factor) },
            from: { Written(at: $0.atTokens, factor: $0.factor) })
    }
}

extension Form<Double> {
    /// The last rate as a share of the peak.
    fileprivate static func finalFactor(of shape: LearningRateSchedule.Shape) -> Form {
        let excludesZero = shape == .inverseSquareRoot
        return number(
            expected: "a ratio \(excludesZero ? "above 0" : "from 0") to 1",
            remedy: "Write the last rate as a share of the peak, such as 0.02."
        ) { (0...1).contains($0) && !(excludesZero && $0 == 0) }
    }
}
