extension RecipeErrorTests {
    /// Values.
    static let numbers: [Mistake] = [
        Mistake(
            "tokens: 2M",
            "tokens: 9223372036854775807",
            """
            6: phases.0.tokens: expected a number of tokens of at least 1, at most 1000T, found \
            9223372036854775807. Write it like 60B, 4.7M, 16k or 10_000.
            """),
        Mistake(
            "tokens: 2M",
            "tokens: 1000T",
            """
            13: phases.1.tokens: expected phases of at most 1000T tokens together, found \
            1000000002000000. Lower the phases' tokens.
            """),
        Mistake(
            "context: 64",
            "context: 1T",
            """
            7: phases.0.context: expected a number of tokens of at least 8, at most 16777216, \
            found 1T. Write it like 60B, 4.7M, 16k or 10_000.
            """),
        Mistake(
            "heads: 2",
            "heads: 1T",
            """
            2: model.heads: expected a number of heads of at least 1, at most 1B, found 1T. \
            Write a whole number.
            """),
        Mistake(
            "name: small\n",
            "name: small\nlanes: 1T\n",
            """
            2: lanes: expected a number of lanes of at least 1, at most 1024, found 1T. Write a \
            whole number.
            """),
        Mistake(
            "ratio: 0.3}",
            "from: 0.3, to: 0.1, shape: steps, steps: 1B}",
            """
            8: phases.0.mask.steps: expected a number of plateaus of at least 2, at most 1k, \
            found 1B. Write it like 6.
            """),
        Mistake(
            "peak: 8e-4}",
            "peak: 1e308}",
            """
            10: phases.0.learning_rate.peak: expected a learning rate above 0, at most 1e38, \
            found 1e308. Write it like 8e-4.
            """),
        Mistake(
            "peak: 8e-4}",
            "peak: 1e-300}",
            """
            10: phases.0.learning_rate.peak: expected a learning rate above 0, at least 1e-30, \
            found 1e-300. Write it like 8e-4.
            """),
        Mistake(
            "max_epochs: 3",
            "max_epochs: 1e7",
            """
            21: phases.1.variants.1.data.max_epochs: expected a number above 0, or unlimited, at \
            most 1M, found 1e7. Write how often a language may be read through, such as 5.
            """),
        Mistake(
            "ratio: 0.3}",
            "ratio: 1.5}",
            """
            8: phases.0.mask.ratio: expected a ratio above 0 and at most 1, found 1.5. Write \
            the share of masked tokens, such as 0.3.
            """),
        Mistake(
            "ratio: 0.3}",
            "ratio: 30%}",
            """
            8: phases.0.mask.ratio: expected a ratio above 0 and at most 1, found "30%". Write \
            the share of masked tokens, such as 0.3.
            """),
        Mistake(
            "ratio: 0.3}",
            "ratio: 0}",
            """
            8: phases.0.mask.ratio: expected a ratio above 0 and at most 1, found 0. Write the \
            share of masked tokens, such as 0.3.
            """),
        Mistake(
            "name: small\n",
            "name: small\ncache: {limit: 200B}\n",
            """
            2: cache.limit: expected a number of bytes above 0, found 200B. Write it like 200G or \
            1.5T.
            """),
        Mistake(
            "tokens: 2M",
            "tokens: 0",
            """
            6: phases.0.tokens: expected a number of tokens of at least 1, found 0. Write it \
            like 60B, 4.7M, 16k or 10_000.
            """),
        Mistake(
            "tokens: 2M",
            "tokens: 1.5",
            """
            6: phases.0.tokens: expected a number of tokens of at least 1, found 1.5. Write it \
            like 60B, 4.7M, 16k or 10_000.
            """),
        Mistake(
            "tokens: 2M",
            "tokens: 2.5m",
            """
            6: phases.0.tokens: expected a number of tokens of at least 1, found "2.5m". Write \
            it like 60B, 4.7M, 16k or 10_000.
            """),
        Mistake(
            "context: 64",
            "context: 4",
            """
            7: phases.0.context: expected a number of tokens of at least 8, found 4. Write it \
            like 60B, 4.7M, 16k or 10_000.
            """),
        Mistake(
            "peak: 8e-4}",
            "peak: 0}",
            """
            10: phases.0.learning_rate.peak: expected a learning rate above 0, found 0. Write \
            it like 8e-4.
            """),
        Mistake(
            "heads: 2",
            "heads: 3",
            """
            2: model.heads: expected heads that divide the hidden size into equal even parts, \
            found 3 heads for 32 columns. Heads of 64 columns are usual: hidden 384 with 6 \
            heads.
            """),
        Mistake(
            "heads: 2",
            "heads: 0",
            """
            2: model.heads: expected a number of heads of at least 1, found 0. Write a whole \
            number.
            """),
        Mistake(
            "hidden: 32",
            "hidden: 32.5",
            """
            2: model.hidden: expected a number of columns of at least 1, found 32.5. Write a \
            whole number.
            """),
        Mistake(
            "heads: 2",
            "heads: 2, dropout: 1",
            """
            2: model.dropout: expected a ratio from 0 to below 1, found 1. Leave it out for \
            the published value.
            """),
        Mistake(
            "heads: 2",
            "heads: 2, special_tokens: {mask: 512}",
            """
            2: model.special_tokens.mask: expected a token id below the vocabulary of 512, \
            found 512. Look the id up in the tokenizer's vocabulary.
            """),
        Mistake(
            "heads: 2",
            "heads: 2, rope_theta: {global: 10_000}",
            """
            2: model.rope_theta.local: expected a value, found no such key. Give both bases, \
            global and local.
            """),
        Mistake(
            "temperature: 0.3",
            "temperature: 3",
            """
            16: phases.1.data.temperature: expected a number from 0 to 1, found 3. 1 leaves \
            the languages as they are, 0 makes them equal.
            """),
        Mistake(
            "max_epochs: 3",
            "max_epochs: 0",
            """
            21: phases.1.variants.1.data.max_epochs: expected a number above 0, or unlimited, \
            found 0. Write how often a language may be read through, such as 5.
            """),
        Mistake(
            "temperature: 0.3",
            "proportions: {eng_Latn: 0.7, deu_Latn: 0.6}",
            """
            16: phases.1.data.proportions: expected shares that add up to at most 1, found \
            shares that add up to 1.3. What is left of 1 goes to the other languages by \
            temperature.
            """),
        Mistake(
            "ratio: 0.3}",
            "ratio: 0.3, replace: {mask: 0.8, random: 0.1, keep: 0.2}}",
            """
            8: phases.0.mask.replace: expected shares that add up to 1, found shares that add \
            up to 1.1. The usual ones are {mask: 0.8, random: 0.1, keep: 0.1}.
            """),
        Mistake(
            "ratio: 0.3}",
            "ratio: 0.3, replace: {mask: 0.8, random: 0.2}}",
            """
            8: phases.0.mask.replace.keep: expected a value, found no such key. Give mask, \
            random and keep.
            """),
        Mistake(
            "method: ties",
            "method: ties, density: 2",
            """
            22: merge.density: expected a ratio above 0 and at most 1, found 2. Write the \
            share of each difference to keep, such as 0.2.
            """),
        Mistake(
            "tokenizer: tokenizer",
            "tokenizer: tokenizer\nseed: -1",
            """
            4: seed: expected a whole number from 0 on, found -1. Write any, such as 21.
            """),
        Mistake(
            "tokenizer: tokenizer",
            "tokenizer: tokenizer\nlanes: 0",
            """
            4: lanes: expected a number of lanes of at least 1, found 0. Write a whole number.
            """),
        Mistake(
            "tokenizer: tokenizer",
            "tokenizer: tokenizer\ncheckpoint: {every: 10B, keep: none}",
            """
            4: checkpoint.keep: expected a number of checkpoints of at least 1, found "none". \
            Write a whole number.
            """),
        Mistake(
            "one-minus-sqrt",
            "inverse-sqrt, final_factor: 0",
            """
            17: phases.1.learning_rate.final_factor: expected a ratio above 0 to 1, found 0. \
            Write the last rate as a share of the peak, such as 0.02.
            """),
    ]
}
