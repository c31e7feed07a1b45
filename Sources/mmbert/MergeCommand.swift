import ArgumentParser
import Diagnostics
import Merging
import Reporting

/// `mmbert merge`: checkpoints → one model.
struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merge checkpoints or models into one model.",
        discussion: """
            The models are Hugging Face model folders of one architecture, such as the \
            checkpoints of a run. TIES trims each model's difference from the base to its largest \
            entries, elects a sign for every entry and averages the differences that agree; the \
            averages need no base. Tensors are streamed: memory does not grow with the models.

            Three decay variants into one, from their common ancestor:
              mmbert merge --method ties --base runs/a/checkpoints/midtrain-000000900 \\
                --output merged runs/a/checkpoints/decay-*-000001200

            The last checkpoints of one variant, each counting half as much as the next:
              mmbert merge --method ema --decay 0.5 --output merged CHECKPOINT…
            """)

    enum Method: String, ExpressibleByArgument, CaseIterable { case ties, average, ema }
    enum Storage: String, ExpressibleByArgument, CaseIterable { case fp32, bf16 }
    enum Embeddings: String, ExpressibleByArgument, CaseIterable { case merged, base }

    @Argument(help: "The models, in the order of --weights; for ema the last counts most.")
    var models: [String]

    @Option(help: "The formula.") var method: Method
    @Option(help: .init("The common ancestor of the models.", valueName: "folder")) var base:
        String?
    @Option(help: .init("Where the merged model goes; must not exist yet.", valueName: "folder"))
    var output: String
    @Option(
        help: .init(
            "ties: the share of each difference that is kept. (default: 0.2)", valueName: "ratio"))
    var density: Double?
    @Option(
        help: .init(
            "ties: the factor of the merged difference. (default: 1.0)", valueName: "factor"))
    var lambda: Double?
    @Option(
        help: .init(
            "ties: what trimming ranks: each tensor by itself, or the model as one vector. "
                + "(default: tensor)"))
    var scope: TIESConfiguration.Scope?
    @Option(
        help: .init(
            "ema: how much a model counts compared with the next one. (default: 0.5)",
            valueName: "ratio"))
    var decay: Double?
    @Option(
        help: .init(
            "How much each model counts, separated by commas, such as 1,1,0.5.",
            valueName: "numbers"))
    var weights: NumberList?
    @Option(help: "Whether the token embeddings take part or are the base's.")
    var embeddings: Embeddings = .merged
    @Option(help: "What the merged weights are stored in.") var precision: Storage = .fp32
    @OptionGroup var result: ResultOptions
    @Flag(help: "Print one line per tensor.") var tensors = false

    func validate() throws {
        let given: [(name: String, method: Method, isGiven: Bool)] = [
            ("--density", .ties, density != nil), ("--lambda", .ties, lambda != nil),
            ("--scope", .ties, scope != nil), ("--decay", .ema, decay != nil),
        ]
        for (name, its, isGiven) in given where isGiven && its != method {
            throw ValidationError("\(name): it is for --method \(its.rawValue).")
        }
    }

    func run() throws {
        let status = StatusLine()
        let report: MergeReport
        do {
            report = try merge(
                base: base, models: models, into: output, configuration: mergeConfiguration,
                element: precision == .bf16 ? .bf16 : .f32,
                progress: { done, total in
                    status.update { "merging: \(percentDone(done, of: total))" }
                })
        } catch let error as InputError {
            throw Self.naming(error)
        }
        status.finish()
        try result.print(report, text: report.text(everyTensor: tensors))
        if !result.json { tell("The merged model is in \(output).") }
    }

    /// An error of a key of recipes as that of the option which stands for the key here.
    private static func naming(_ error: InputError) -> InputError {
        let keys = ["base", "decay", "density", "lambda", "weights"]
        guard let key = keys.first(where: { error.location == "merge.\($0)" }) else { return error }
        return InputError(
            at: "--\(key)", expected: error.expected, found: error.found, remedy: error.remedy)
    }

    private var mergeConfiguration: MergeConfiguration {
        let formula: MergeMethod =
            switch method {
            case .ties:
                .ties(.init(density: density ?? 0.2, lambda: lambda ?? 1, scope: scope ?? .tensor))
            case .average: .average
            case .ema: .exponentialAverage(decay: decay ?? 0.5)
            }
        return MergeConfiguration(
            method: formula, weights: weights?.numbers ?? [],
            includesEmbeddings: embeddings == .merged)
    }
}

extension TIESConfiguration.Scope: ExpressibleByArgument {}

/// Numbers separated by commas.
struct NumberList: ExpressibleByArgument {
    let numbers: [Double]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        numbers = parts.compactMap { Double($0) }
        if numbers.count != parts.count { return nil }
    }
}
