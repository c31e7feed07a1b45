import ArgumentParser
import Formats
import Host
import ModelFolders
import Planning
import Programs
import Recipes
import Reporting
import Tokenization

/// `mmbert plan`: what a run will do and cost.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Predict what a recipe will do and cost.",
        discussion: """
            Reads the recipe and the counts in its manifests; shards, tokenizer and weights need \
            not exist. Prints steps, batches and schedules, the share of every language in each \
            phase, floating-point operations, memory, and days on this machine. Stages, schedules \
            and mixtures are computed by the code that trains.

            For the days, a slice of the encoder is trained for a few seconds; --no-calibration \
            skips that.

            --ranks plans a run of several processes: what the fullest of them computes, what the \
            exchange of gradients takes, how well they share the work, and the memory of each. The \
            recipe's lanes bound their number. --network is the rate of the machines' network; \
            --exchange takes a measurement of it instead, what mmbert bench exchange --json prints.

            Examples:
              mmbert plan recipes/quickstart.yaml
              mmbert plan recipes/mmbert-base.yaml --machines 64
              mmbert plan my.yaml --ranks 64 --machines 16 --network 25G
              mmbert plan recipes/mmbert-base.yaml --html plan.html
              mmbert plan recipes/mmbert-base.yaml --json --no-calibration
            """)

    @OptionGroup var recipe: RecipeFile
    @OptionGroup var changes: RecipeOptions
    @OptionGroup var result: ResultOptions
    @Option(
        help: .init("Write the plan as a page with pictures to this file.", valueName: "file"))
    var html: String?
    @Option(help: .init("How many machines like this one share the work.", valueName: "count"))
    var machines = 1
    @Option(
        help: .init(
            "How many ranks, processes of one run, work on the machines; with --network or "
                + "--exchange one on each by default.", valueName: "count"))
    var ranks: Int?
    @Option(
        help: .init(
            "Rate of the network between machines in bits a second, such as 25G.",
            valueName: "rate"))
    var network: BitRate?
    @Option(
        help: .init(
            "How fast the machines exchange, as mmbert bench exchange --json measured it.",
            valueName: "file"))
    var exchange: String?
    @Flag(inversion: .prefixedNo, help: "Whether this machine is measured, for the days.")
    var calibration = true
    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        try checkAtLeast([("--machines", machines, 1), ("--ranks", ranks ?? 1, 1)])
        if let ranks, ranks < machines {
            throw ValidationError(
                "--ranks \(ranks) --machines \(machines): give a rank or more for each machine.")
        }
        if network != nil, exchange != nil {
            throw ValidationError("--network and --exchange: give one of the two.")
        }
    }

    func run() throws {
        let recipe = try changes.recipe(at: recipe.path, needsData: false)
        for doubt in recipe.doubts { tell("warning: \(doubt)") }
        let ranks = try plannedRanks(of: recipe)
        var plan = try Plan(
            recipe, precision: recipe.precision(on: .current), machines: machines,
            ranks: ranks, calibration: calibration ? try calibrate(recipe) : nil)
        if calibration, recipe.precision == .fp32, Processor.current.supports(.bf16) {
            var other = recipe
            other.precision = .bf16
            plan.bf16Days =
                try Plan(other, precision: .bf16, calibration: calibrate(other)).days
        }
        if let html {
            try AtomicFile.write(plan.page, to: html)
            tell("The page is in \(html).")
        }
        if let line = try initialTokens(of: recipe) { tell(line) }
        try result.print(plan, text: plan.text)
    }

    /// How many pieces begin as what of a folder whose tokenizer is another one; nil where that is
    /// not so, or one of the two is not there.
    private func initialTokens(of recipe: Recipe) throws -> String? {
        let model = recipe.model
        guard let origin = model.initializeFrom, model.hasNewVocabulary, try Folder.exists(origin),
            try Folder.exists(TokenizerFolder.file(in: recipe.tokenizer)),
            let old = try ModelFolder(path: origin).tokenizer
        else { return nil }
        let map = VocabularyMap(from: old, to: try Tokenizer(path: recipe.tokenizer))
        let summary = map.summary(
            averaging: model.initializeTokens == .meanOfPieces,
            rows: model.configuration.vocabularySize)
        return "tokens from \(origin): \(summary)"
    }

    /// The ranks that are asked for; nil where machines are counted alone.
    private func plannedRanks(of recipe: Recipe) throws -> PlannedRanks? {
        let speed =
            try exchange.map { try ExchangeSpeed(contentsOf: $0) }
            ?? network.map { ExchangeSpeed(bitsPerSecond: Double($0.bitsPerSecond)) }
        guard ranks != nil || speed != nil else { return nil }
        let planned = PlannedRanks(ranks ?? machines, machines: machines, speed: speed)
        try planned.check(recipe)
        return planned
    }

    private func calibrate(_ recipe: Recipe) throws -> Calibration {
        let status = StatusLine()
        defer { status.finish() }
        return try Calibration(recipe, threads: threads.count) { status.show($0) }
    }
}
