import Diagnostics
import Formats
import Foundation
import Host
import Logging
import Ranks
import Recipes
import Reporting
import Runs

/// What a rank starts with: the same on all of them, or the run would not be one.
struct StartWord: Codable, Equatable {
    /// The recipe with all defaults.
    let recipe: String
    /// A hash of the program.
    let program: String
    /// What rounds, by name.
    let environment: [String: String]
    /// Seconds since 1970.
    let time: Double

    /// What this rank starts with.
    init(_ recipe: Recipe, on processor: Processor) throws {
        self.recipe = recipe.resolvedYAML()
        program = try Checksum.xxh3_128.digest(ofFileAt: "/proc/self/exe")
        environment = RunRecord.environment(
            processor, precision: recipe.precision(on: processor))
        time = Date.now.timeIntervalSince1970
    }
}

/// What all ranks start with, on rank 0; on the others nothing.
struct StartComparison {
    private let ranks: RankGroup
    private let recipe: String
    private let words: [StartWord]
    /// How far each rank's clock is before that of rank 0, in seconds.
    private let clockLeads: [Double]

    /// How far clocks may be apart before that is told.
    private static let mostClockSeconds = 60.0

    fileprivate init(_ ranks: RankGroup, _ recipe: Recipe, _ words: [StartWord]) {
        (self.ranks, self.recipe, self.words) = (ranks, recipe.name, words)
        let now = Date.now.timeIntervalSince1970
        clockLeads = words.map { $0.time - now }
    }

    /// Compares the ranks with rank 0.
    ///
    /// - Parameter logger: told of other processors and clocks.
    /// - Throws: `InputError` for another recipe or program.
    func check(logger: Logger) throws {
        guard let own = words.first else { return }
        for (rank, word) in words.enumerated().dropFirst() {
            let place = ranks.name(of: rank)
            guard word.program == own.program else {
                throw InputError(
                    at: CommandLine.arguments[0],
                    expected: "the same program on every rank", found: "another on \(place)",
                    remedy: "Install one build for all machines, on a file system that they share.")
            }
            guard word.recipe == own.recipe else {
                throw InputError(
                    at: recipe, expected: "the same recipe on every rank",
                    found: "another on \(place)",
                    remedy: "Give all ranks the same file and the same --set.")
            }
            for (key, value) in own.environment.sorted(by: { $0.key < $1.key })
            where word.environment[key] != value {
                logger.warning(
                    """
                    \(key) is \(value) on \(ranks.name(of: 0)) and \
                    \(word.environment[key] ?? "unknown") on \(place): the last bits depend on \
                    which rank computes which lane
                    """)
            }
            let seconds = abs(clockLeads[rank])
            if seconds > Self.mostClockSeconds {
                logger.warning(
                    """
                    the clocks of \(ranks.name(of: 0)) and \(place) are \
                    \(shortDuration(seconds: seconds)) apart, and so are the times of their files
                    """)
            }
        }
    }
}

extension RankGroup {
    /// Brings to rank 0 what each rank starts with.
    func comparison(_ recipe: Recipe, on processor: Processor) throws -> StartComparison {
        guard count > 1 else { return StartComparison(self, recipe, []) }
        let own = try StartWord(recipe, on: processor)
        guard isFirst else {
            try answer(own)
            return StartComparison(self, recipe, [])
        }
        return StartComparison(
            self, recipe, [own] + (try words(StartWord.self, during: "the start")))
    }
}
