import Curriculum
import Formats

/// One phase of a run: a context length, a mixture of languages, a mask ratio, a learning rate.
public struct PhaseRecipe: Sendable, Equatable {
    /// Name of the phase and of its checkpoints.
    public var name = ""
    /// Tokens the phase reads.
    public var tokens = 0
    /// Longest sequence, in tokens.
    public var context = 0
    /// RoPE bases of global and local layers; those of the phase before by default.
    public var rotaryBases: RotaryBases
    /// How much is masked, and with what.
    public var mask = MaskRecipe()
    /// What is read.
    public var data = DataRecipe()
    /// Learning rate over the phase.
    public var learningRate = LearningRateSchedule(peak: 0)
    /// Decoupled weight decay at the peak rate; the optimizer's by default.
    public var weightDecay: Double
    /// Batch size over the phase.
    public var batch = BatchRecipe()
    /// Branches of the last phase, each trained from the same parent; empty for none.
    public var variants: [VariantRecipe] = []
}

extension PhaseRecipe {
    /// A phase that begins as `new`, of a model with that many positions.
    static func form(new: PhaseRecipe, positions: Int = .max) -> Form<PhaseRecipe> {
        .section("a phase", new: new, familiar: familiarKeys) {
            Key("name", \.name, .name, required: "Checkpoints are named after it.")
            Key(
                "tokens", \.tokens, .tokens(),
                required: "Write how long the phase is, such as 2.3T.")
            Key(
                "context", \.context, .context(positions: positions),
                required: "Write the longest sequence in tokens, such as 1024.")
            Key("rope_theta", \.rotaryBases, RotaryBases.form)
            Key("mask", \.mask, required: "Write how much is masked: {ratio: 0.3}.") {
                MaskRecipe.form(within: $0.tokens)
            }
            Key("data", \.data, required: "Write what is read: {manifest: PATH}.") {
                DataRecipe.form(within: $0.tokens)
            }
            Key("learning_rate", \.learningRate, required: "Write {peak: 8e-4}.") {
                LearningRateSchedule.form(within: $0.tokens)
            }
            Key("weight_decay", \.weightDecay, .weightDecay)
            Key("batch", \.batch, required: "Write {tokens: 4.7M}.") {
                BatchRecipe.form(within: $0.tokens, context: $0.context)
            }
            Key("variants", \.variants, isWritten: { !$0.variants.isEmpty }) {
                VariantRecipe.form(of: $0).list(of: "variants")
            }
        }
    }
}

extension PhaseRecipe {
    private static var familiarKeys: [String: String] {
        let length = "A phase counts tokens: write tokens, and data: {max_epochs: 5} as a limit."
        return [
            "epochs": length, "num_train_epochs": length, "max_steps": length, "steps": length,
            "max_seq_len": "Did you mean context?", "max_length": "Did you mean context?",
            "batch_size": "Write batch: {tokens: 128k, microbatch: 8k}, in tokens.",
            "mlm_probability": "Write mask: {ratio: 0.3}.",
            "lr": "Write learning_rate: {peak: 8e-4}.",
        ]
    }
}

extension Form<Int> {
    /// The longest sequence of a model with that many positions.
    fileprivate static func context(positions: Int) -> Form {
        var form = tokens(from: 8, upTo: 1 << 24).checked { context, value in
            try value.require(
                context <= positions, expected: "at most the model's \(positions) positions",
                remedy: "Raise model.max_positions, or lower the context.")
        }
        form.write = YAMLTree.count
        return form
    }
}

extension Form<[PhaseRecipe]> {
    /// The phases of a run; each inherits the bases of the one before it.
    ///
    /// They are not scaled here but each by itself: its length decides about its moments.
    static func phases(model: ModelRecipe, weightDecay: Double) -> Form {
        let new = PhaseRecipe(rotaryBases: model.rotaryBases, weightDecay: weightDecay)
        return Form(
            read: { list, _ in
                let positions = model.configuration.maximumPositions
                return try phases(in: list, first: new, positions: positions)
            },
            write: { .list($0.compactMap(PhaseRecipe.form(new: new).write)) })
    }

    private static func phases(
        in list: RecipeValue, first: PhaseRecipe, positions: Int
    ) throws -> [PhaseRecipe] {
        let elements = try list.list(of: "phases")
        try list.require(
            !elements.isEmpty, expected: "at least one phase", remedy: "Add a phase with a name.")
        var (new, phases) = (first, [PhaseRecipe]())
        for element in elements {
            if let previous = phases.last, !previous.variants.isEmpty {
                try element.refuse(
                    expected: "no phase after \(previous.name), which has variants",
                    found: "another phase",
                    remedy: "Only the last phase branches; what follows would have several "
                        + "parents. Another run may start from the merged model: "
                        + "model.initialize_from."
                )
            }
            let phase = try element.read(as: PhaseRecipe.form(new: new, positions: positions))
            new.rotaryBases = phase.rotaryBases
            phases.append(phase)
        }
        try requireDistinctNames(phases, in: list)
        try requireCountable(phases, in: list)
        return phases
    }

    /// Checks that the tokens of all phases, variants one after another, can be counted, and the
    /// steps.
    private static func requireCountable(_ phases: [PhaseRecipe], in list: RecipeValue) throws {
        try requireSum(
            of: phases, in: list, at: "tokens", atMost: Form<Int>.mostTokens, unit: "tokens",
            remedy: "Lower the phases' tokens."
        ) {
            Double($0.tokens) * Double(max(1, $0.variants.count))
        }
        // Far below `TokenClock.mostSteps`: packing leaves microbatches partly empty.
        try requireSum(
            of: phases, in: list, at: "batch", atMost: 1_000_000_000, unit: "steps",
            remedy: "Raise the batch's tokens."
        ) {
            Double($0.tokens) / Double($0.batch.size.from)
        }
    }

    /// Checks that what `amount` counts in the phases is at most `most` together; the first phase
    /// beyond it is named by `key`.
    private static func requireSum(
        of phases: [PhaseRecipe], in list: RecipeValue, at key: String, atMost most: Int,
        unit: String, remedy: String, _ amount: (PhaseRecipe) -> Double
    ) throws {
        var sum = 0.0
        for (index, phase) in phases.enumerated() {
            sum += amount(phase)
            let place = list.source.value(at: list.path + [String(index), key]) ?? list
            try place.require(
                sum <= Double(most),
                expected: "phases of at most \(Quantity.text(most)) \(unit) together",
                found: Quantity.short(sum), remedy: remedy)
        }
    }

    /// Checks that phases differ in name, and so do all the stages they unfold into.
    private static func requireDistinctNames(
        _ phases: [PhaseRecipe], in list: RecipeValue
    ) throws {
        var seen = Set<String>()
        for (index, phase) in phases.enumerated() {
            let names = [phase.name] + phase.variants.map { "\(phase.name)-\($0.name)" }
            for name in names where !seen.insert(name).inserted {
                let path = list.path + [String(index), name == phase.name ? "name" : "variants"]
                try (list.source.value(at: path) ?? list).refuse(
                    expected: "a different name for every phase and variant",
                    found: "\(name) twice", remedy: "Rename one: checkpoints are named after them.")
            }
        }
    }
}
