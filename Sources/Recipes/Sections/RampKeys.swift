import Curriculum
import Formats

/// The keys of a number that moves from one value to another over a phase.
struct RampKeys {
    /// What is written of a ramp.
    private struct Written {
        var from = 0.0
        var to = 0.0
        var shape = Ramp.Shape.linear
        var steps, at: Int?
    }

    private let ends: [Key<Written>]
    private let details: [Key<Written>]
    private var keys: [Key<Written>] { ends + details }

    /// Ramps within `tokens` tokens, between two numbers of the form `number`.
    init(between number: Form<Double>, within tokens: Int) {
        let remedy = "Write both ends: {from: 0.3, to: 0.05, shape: linear}."
        let plateaus = Form<Int>.integer(
            expected: "a number of plateaus of at least 2", remedy: "Write it like 6.", from: 2,
            upTo: 1000)
        ends = [
            Key("from", \.from, number, required: remedy),
            Key("to", \.to, number, required: remedy),
            Key("shape", \.shape, .choice),
        ]
        details = [
            Key("steps", \.steps, plateaus.optional),
            Key("at", \.at, Form<Int>.tokens(within: tokens).optional),
        ]
    }

    /// The keys.
    var names: [String] { keys.flatMap(\.names) }

    /// The ramp that a mapping describes.
    func read(_ fields: RecipeFields) throws -> Ramp {
        var written = Written()
        for key in ends { try key.read(&written, fields, true) }
        let shape = written.shape
        try fields["steps"]?.require(
            shape == .steps, expected: "no steps with shape \(shape.rawValue)",
            remedy: "Write shape: steps.")
        try fields["at"]?.require(
            shape == .switching, expected: "no at with shape \(shape.rawValue)",
            remedy: "Write shape: switch.")
        for key in details { try key.read(&written, fields, true) }
        switch shape {
        case .steps: _ = try fields.required("steps", remedy: "Say how many plateaus there are.")
        case .switching: _ = try fields.required("at", remedy: "Say from which token on.")
        case .constant where written.from != written.to:
            let from = Quantity.text(written.from)
            try fields.value.refuse(
                expected: "one number with shape constant",
                found: "from \(from) to \(Quantity.text(written.to))",
                remedy: "Write \(from) alone, or another shape.")
        default: break
        }
        return Self.ramp(written)
    }

    /// What is written of a ramp that moves.
    func write(_ ramp: Ramp) -> [YAMLTree.Member] {
        keys.flatMap { $0.write(Self.written(ramp)) }
    }

    /// The ramp at another scale.
    func scale(_ ramp: Ramp, by scale: RunScale) -> Ramp {
        var written = Self.written(ramp)
        for key in keys { key.scale(&written, scale) }
        return Self.ramp(written)
    }

    private static func written(_ ramp: Ramp) -> Written {
        Written(
            from: ramp.from, to: ramp.to, shape: ramp.shape,
            steps: ramp.shape == .steps ? ramp.plateaus : nil, at: ramp.switchTokens)
    }

    private static func ramp(_ written: Written) -> Ramp {
        let (from, to) = (written.from, written.to)
        return switch written.shape {
        case .constant: .constant(from)
        case .linear: .linear(from: from, to: to)
        case .cosine: .cosine(from: from, to: to)
        case .steps: .steps(written.steps ?? 2, from: from, to: to)
        case .switching: .switching(at: written.at ?? 0, from: from, to: to)
        }
    }
}
