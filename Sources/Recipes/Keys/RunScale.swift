/// What `--scale` multiplies by. Forms choose what applies to their values.
struct RunScale {
    /// Factor of tokens of the run.
    var tokens = 1.0
    /// Factor of moments in a phase.
    var phase = 1.0
    /// The shortest interval, in tokens: a batch.
    var leastInterval = 1

    /// Tokens of the run, at least one.
    static func amount(_ tokens: Int, by scale: RunScale) -> Int {
        product(tokens, scale.tokens)
    }

    /// Tokens between two events of the run.
    static func interval(_ tokens: Int, by scale: RunScale) -> Int {
        max(scale.leastInterval, product(tokens, scale.tokens))
    }

    /// A number of steps, of which a run has fewer by the root of its tokens.
    static func steps(_ count: Int, by scale: RunScale) -> Int {
        product(count, scale.tokens.squareRoot())
    }
}

/// `count` · `factor` to the nearest whole number, but no less than `least`.
func product(_ count: Int, _ factor: Double, atLeast least: Int = 1) -> Int {
    max(least, Int((Double(count) * factor).rounded()))
}
