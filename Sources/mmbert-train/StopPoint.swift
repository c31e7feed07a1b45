import ArgumentParser
import Pretraining
import Recipes

extension TrainingOptions.StopPoint: ExpressibleByArgument {
    /// Reads `2M`, tokens, or `500steps`, optimizer steps.
    public init?(argument: String) {
        let isSteps = argument.hasSuffix("steps")
        guard
            let count = Quantity.integer(isSteps ? String(argument.dropLast(5)) : argument),
            count > 0
        else { return nil }
        self = isSteps ? .steps(count) : .tokens(count)
    }
}
