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
    /// The ranks that share it; nil where the plan is not of ranks.
    public let ranks: PlannedRanks?
    /// Lanes of the recipe, the most ranks it may have.
    public let lanes: Int
    /// Days on one machine in bf16, for a recipe in fp32 on a processor with products of bf16; nil
    /// if that was not measured.
    public var bf16Days: Double?

    /// The plan of `recipe`.
    ///
    /// - Parameters:
    ///   - precision: what memory is counted for; the recipe's by default.
    ///   - machines: how many share the work, where ranks are not planned.
    ///   - ranks: the ranks that share it, and their machines.
    ///   - calibration: how fast one machine is.
    /// - Throws: `InputError` for a manifest that cannot be read, or fewer lanes than ranks.
    public init(
        _ recipe: Recipe, precision: Precision? = nil, machines: Int = 1,
        ranks: PlannedRanks? = nil, calibration: Calibration? = nil
    ) throws {
        precondition(machines > 0, "Plan: \(machines) machines")
        name = recipe.name
        self.precision = precision ?? recipe.precision
        model = ModelPlan(recipe.model.configuration)
        self.machines = ranks?.machines ?? machines
        self.ranks = ranks
        lanes = recipe.lanes
        let layout = try ranks?.layout(of: recipe)
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
                precision: self.precision, selection: selection, ranks: ranks)
            let time = calibration.map {
                StepTime(plan, configuration: recipe.model.configuration, calibration: $0)
            }
            plan.exchange = layout.map {
                ExchangePlan(
                    plan, layout: $0,
                    counts: recipe.model.configuration.parameterShapes.map(\.count),
                    speed: ranks?.speed, time: time)
            }
            plan.cost = time.map { CostPlan(plan, time: $0, machines: machines) }
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
        case name, precision, model, stages, mergedVariants, calibration, machines, ranks, exchange
        case lanes, tokens, steps, operations, days, daysOnMachines, bf16Days, assumptions
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
        try container.encodeIfPresent(ranks?.ranks, forKey: .ranks)
        try container.encodeIfPresent(ranks?.speed, forKey: .exchange)
        try container.encode(lanes, forKey: .lanes)
        try container.encode(tokens, forKey: .tokens)
        try container.encode(steps, forKey: .steps)
        try container.encode(operations, forKey: .operations)
        try container.encode(days, forKey: .days)
        try container.encode(daysOnMachines, forKey: .daysOnMachines)
        try container.encodeIfPresent(bf16Days, forKey: .bf16Days)
        try container.encode(assumptions, forKey: .assumptions)
    }
}
