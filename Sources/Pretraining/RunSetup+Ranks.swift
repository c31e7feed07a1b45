import Logging
import Ranks
import Recipes
import RemoteFiles

extension RunSetup {
    /// Reads the recipe and opens what it names, on all ranks, which must find the same.
    ///
    /// - Parameter notify: told, on any thread, how fetching goes.
    /// - Throws: `InputError` on rank 0, for whatever is wrong on any rank; `StepAside` on the
    ///   others.
    init(
        reading read: () throws -> Recipe, with options: TrainingOptions, logger: Logger,
        notify: @escaping @Sendable (Notice) -> Void
    ) throws {
        let ranks = options.ranks
        let recipe = try ranks.together(during: "reading the recipe", read)
        let comparison = try ranks.comparison(recipe, on: options.processor)
        self = try ranks.together(during: "opening tokenizer and data") {
            try comparison.check(logger: logger)
            try ranks.checkLanes(recipe.lanes, logger: logger)
            let setup = try RunSetup(recipe, on: options.processor, notify: notify)
            // Rank 0 does so later, and passes on what is only to be warned of.
            if !ranks.isFirst { _ = try setup.checkMemory(for: ranks) }
            return setup
        }
    }
}
