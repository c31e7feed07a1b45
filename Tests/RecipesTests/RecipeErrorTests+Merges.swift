extension RecipeErrorTests {
    /// Merges of variants.
    static let merges: [Mistake] = [
        Mistake(
            "method: ties",
            "method: ties, inputs: [english, all]",
            """
            22: merge.inputs.1: expected a variant, one of english, all-languages, found \
            "all". Write one of them.
            """),
        Mistake(
            "method: ties",
            "method: ties, inputs: [all-language]",
            """
            22: merge.inputs.0: expected a variant, one of english, all-languages, found \
            "all-language". Did you mean all-languages?
            """),
        Mistake(
            "method: ties",
            "method: ties, inputs: [english, english]",
            """
            22: merge.inputs: expected at least one variant, and each at most once, found \
            english, english. Leave inputs out to merge all variants.
            """),
        Mistake(
            "method: ties",
            "method: average, lambda: 2",
            """
            22: merge.lambda: expected no lambda with method average, found 2. Remove it, or \
            write method: ties.
            """),
        Mistake(
            "method: ties",
            "method: average, weights: [1, 2, 3]",
            """
            22: merge.weights: expected a weight for each of the 2 models, found a list of 3 \
            values. Write as many weights as inputs or checkpoints, or leave them out.
            """),
        Mistake(
            "method: ties",
            "method: ema, checkpoints: 3",
            """
            22: merge.checkpoints: expected 1 checkpoint of each of 2 inputs, found 3. Name one \
            variant in inputs to average its last checkpoints.
            """),
        Mistake(
            "method: ties",
            "method: ema, inputs: [english], checkpoints: 30",
            """
            22: merge.checkpoints: expected at most the 10 checkpoints that a variant of 1M tokens \
            has, found 30. Lower it, or checkpoint.every.
            """),
        Mistake(
            "    variants:\n      - english\n"
                + "      - {name: all-languages, data: {max_epochs: 3}}\n",
            "",
            """
            19: merge: expected variants in the last phase to merge, found none. Give the last \
            phase variants, or remove merge.
            """),
    ]
}
