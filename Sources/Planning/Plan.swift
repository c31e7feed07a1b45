import Diagnostics
import Encoders
import Formats
import Host
import Recipes
import Reporting
import TensorCore

/// What a recipe will do and cost, known before anything is computed: from the recipe and the
/// counts in the manifests it names, through the same stages, schedules and mixtures as training.
public struct Plan: Encodable, Sendable {
    /// The run's name.
    public let name: String
    /// Arithmetic that memory is counted for.
    public let precision: Precision
    /// The encoder.
    public let model: ModelPlan
    /// Phases and variants in the order they are trained.
    public private(set) var stages: [StagePlan]
    /// Names of the variants that are merged; empty for none.
    public let mergedVariants: [String]
    /// How fast this machine is; nil if it was not measured.
    public let calibration: Calibration?
    /// Machines that share the work.
    public let machines: Int
    /// Days on one machine in bf16, for a recipe in fp32 on a processor with products of bf16; nil
    /// if that was not measured.
    public var bf16Days: Double?

    /// The plan of `recipe`.
    ///
    /// - Parameters:
    ///   - precision: what memory is counted for; the recipe's by default.
    ///   - machines: how many share the work.
    ///   - calibration: how fast one of them is.
    /// - Throws: `InputError` for a manifest that cannot be read.
    public init(
        _ recipe: Recipe, precision: Precision? = nil, machines: Int = 1,
        calibration: Calibration? = nil
    ) throws {
        precondition(machines > 0, "Plan: \(machines) machines")
        name = recipe.name
        self.precision = precision ?? recipe.precision
        model = ModelPlan(recipe.model.configuration)
        self.machines = machines
        self.calibration = calibration
        mergedVariants = recipe.merge?.inputs ?? []
        stages = []
        var manifests: [String: DataManifest] = [:]
        for stage in recipe.stages() {
            let selection = try stage.phase.data.select { path in
                let manifest =
                    try manifests[path] ?? DataManifest(contentsOf: path, checkingFolders: false)
                manifests[path] = manifest
                return manifest
            }
            var plan = StagePlan(
                stage, of: recipe, parent: stage.parent.map { stages[$0] },
                precision: self.precision, selection: selection)
            plan.cost = calibration.map {
                CostPlan(
                    plan, configuration: recipe.model.configuration, calibration: $0,
                    machines: machines)
            }
            stages.append(plan)
        }
    }

    /// Tokens that are trained on, in all stages together.
    public var tokens: Int { stages.reduce(0) { $0 + $1.tokens } }
    /// Optimizer steps of all stages together.
    public var steps: Int { stages.reduce(0) { $0 + $1.steps } }
    /// Operations of all stages together.
    public var operations: OperationCount {
        stages.reduce(into: OperationCount()) { $0 += $1.operations }
    }
    /// Days on one machine; nil without a calibration.
    public var days: Double? { sum(\.days) }
    /// Days on all machines; nil without a calibration.
    public var daysOnMachines: Double? { sum(\.daysOnMachines) }

    private func sum(_ days: KeyPath<CostPlan, Double>) -> Double? {
        calibration == nil
            ? nil : stages.reduce(0) { $0 + ($1.cost?[keyPath: days] ?? 0) }
    }

    private enum CodingKeys: String, CodingKey {
        case name, precision, model, stages, mergedVariants, calibration, machines
        case tokens, steps, operations, days, daysOnMachines, bf16Days, assumptions
    }

    /// Writes the sums and the assumptions too.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(precision, forKey: .precision)
        try container.encode(model, forKey: .model)
        try container.encode(stages, forKey: .stages)
        try container.encode(mergedVariants, forKey: .mergedVariants)
        try container.encode(calibration, forKey: .calibration)
        try container.encode(machines, forKey: .machines)
        try container.encode(tokens, forKey: .tokens)
        try container.encode(steps, forKey: .steps)
        try container.encode(operations, forKey: .operations)
        try container.encode(days, forKey: .days)
        try container.encode(daysOnMachines, forKey: .daysOnMachines)
        try container.encodeIfPresent(bf16Days, forKey: .bf16Days)
        try container.encode(assumptions, forKey: .assumptions)
    }

    /// What the numbers rest on, in sentences.
    public var assumptions: [String] {
        var sentences = [
            """
            Steps, batches and memory: microbatches filled to the last token. What packing leaves \
            empty (`packing` in metrics.jsonl) adds steps.
            """,
            """
            Operations: matrix products forward and backward, sequences of the mean length the \
            manifests give, at most the context; only scored tokens pass the head.
            """,
            """
            Starved: a stage reads less of the language than one full batch. Capped: max_epochs \
            keeps it lower than its temperature would have it.
            """,
        ]
        if let calibration {
            sentences.append(
                """
                Days: \(calibration.description); evaluations and checkpoints are not counted.
                """)
            if let busyness = calibration.busyness { sentences.append(busyness) }
        }
        if let days, let bf16Days {
            let times = [bf16Days, days].map(estimatedDuration)
            sentences.append(
                """
                precision: bf16, measured likewise, would take \(times[0]) on one machine in place \
                of \(times[1]).
                """)
        }
        if machines > 1 {
            sentences.append(
                """
                \(machines) machines: each like this one, a batch's microbatches dealt out evenly, \
                and the exchange of gradients not counted.
                """)
        }
        return sentences
    }
}
