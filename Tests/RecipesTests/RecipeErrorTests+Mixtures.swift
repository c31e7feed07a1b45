extension RecipeErrorTests {
    /// Temperatures that move, languages that come in, UniMax.
    static let mixtures: [Mistake] = [
        Mistake(
            "temperature: 0.3",
            "temperature: {from: 0.7, to: 3}",
            """
            16: phases.1.data.temperature.to: expected a number from 0 to 1, found 3. 1 leaves \
            the languages as they are, 0 makes them equal.
            """),
        Mistake(
            "temperature: 0.3",
            "temperature: {from: 0.7, to: 0.3, shape: switch, at: 3M}",
            """
            16: phases.1.data.temperature.at: expected at most the 1M tokens there are for it, \
            found 3M. Lower it, or raise the phase's tokens.
            """),
        Mistake(
            "temperature: 0.3",
            "temperature: 0.3, sampling: unimax, max_epochs: 9",
            """
            16: phases.1.data.temperature: expected no temperature with sampling unimax, found \
            0.3. Remove it: languages get equal shares up to max_epochs.
            """),
        Mistake(
            "temperature: 0.3",
            "sampling: unimax",
            """
            16: phases.1.data.sampling: expected max_epochs beside sampling unimax, found no \
            limit. Say how often a language may be read through, such as max_epochs: 4.
            """),
        Mistake(
            "temperature: 0.3",
            "sampling: unimix",
            """
            16: phases.1.data.sampling: expected one of temperature, unimax, found "unimix". Did \
            you mean unimax?
            """),
        Mistake(
            "temperature: 0.3",
            "entry: {until: 500k}",
            """
            16: phases.1.data.entry.first: expected a value, found no such key. Write {first: 60, \
            until: 200B}.
            """),
        Mistake(
            "temperature: 0.3",
            "entry: {first: 2, until: 2M}",
            """
            16: phases.1.data.entry.until: expected at most the 1M tokens there are for it, found \
            2M. Lower it, or raise the phase's tokens.
            """),
        Mistake(
            "temperature: 0.3",
            "entry: {first: 2, from: 500k, until: 400k}",
            """
            16: phases.1.data.entry.until: expected at least the 500k tokens of from, found 400k. \
            The first language comes after from, the last at until.
            """),
        Mistake(
            "temperature: 0.3",
            "entry: {first: 4, until: 500k}",
            """
            16: phases.1.data.entry: expected fewer languages at first than the 4 there are, \
            found 4. Lower first, or remove entry.
            """),
    ]
}
