extension RecipeErrorTests {
    /// Keys and types.
    static let shapes: [Mistake] = [
        Mistake(
            "name: small",
            "nane: small",
            """
            1: nane: expected one of the keys name, seed, model, tokenizer, precision, \
            final_precision, activation_checkpointing, optimizer, checkpoint, evaluate, log, \
            cache, lanes, phases, merge, found "nane". Did you mean name?
            """),
        Mistake(
            "tokens: 2M",
            "token: 2M",
            """
            6: phases.0.token: expected one of the keys name, tokens, context, rope_theta, \
            mask, data, learning_rate, weight_decay, batch, variants, found "token". Did you \
            mean tokens?
            """),
        Mistake(
            "context: 64",
            "colour: red",
            """
            7: phases.0.colour: expected one of the keys name, tokens, context, rope_theta, \
            mask, data, learning_rate, weight_decay, batch, variants, found "colour". Remove it.
            """),
        Mistake(
            "ratio: 0.3}",
            "ratio: 0.3, replase: {mask: 1, random: 0, keep: 0}}",
            """
            8: phases.0.mask.replase: expected one of the keys ratio, from, to, shape, steps, at, \
            replace, score_special_tokens, random_tokens, found "replase". Did you mean \
            replace?
            """),
        Mistake(
            "name: small",
            "name: a/b",
            """
            1: name: expected a name of letters, digits, '-', '_' and '.', found "a/b". \
            Folders are named after it: write it like mmbert-base.
            """),
        Mistake(
            "name: small\n",
            "",
            """
            1: name: expected a value, found no such key. The run's folder is named after it.
            """),
        Mistake(
            "tokenizer: tokenizer\n",
            "",
            """
            1: tokenizer: expected a value, found no such key. Name its folder.
            """),
        Mistake(
            "    tokens: 2M\n",
            "",
            """
            5: phases.0.tokens: expected a value, found no such key. Write how long the phase \
            is, such as 2.3T.
            """),
        Mistake(
            "mask: {ratio: 0.3}",
            "mask: {}",
            """
            8: phases.0.mask.ratio: expected a value, found no such key. Write {ratio: 0.3}, \
            or {from: 0.3, to: 0.05, shape: linear}.
            """),
        Mistake(
            "mask: {ratio: 0.3}",
            "mask: 0.3",
            """
            8: phases.0.mask: expected masking with keys such as ratio, from, to, found 0.3. \
            Write it as {ratio: …}, or indented below its key.
            """),
        Mistake(
            "learning_rate: {peak: 8e-4}",
            "learning_rate: 8e-4",
            """
            10: phases.0.learning_rate: expected a learning rate with keys such as peak, \
            warmup, shape, found 8e-4. Write it as {peak: …}, or indented below its key.
            """),
        Mistake(
            "phases:",
            "phases: none\nother:",
            """
            5: other: expected one of the keys name, seed, model, tokenizer, precision, \
            final_precision, activation_checkpointing, optimizer, checkpoint, evaluate, log, \
            cache, lanes, phases, merge, found "other". Remove it.
            """),
        Mistake(
            "tokens: 2M",
            "tokens: [2M]",
            """
            6: phases.0.tokens: expected a number of tokens of at least 1, found a list of 1 \
            value. Write it like 60B, 4.7M, 16k or 10_000.
            """),
        Mistake(
            "tokens: 2M",
            "tokens:",
            """
            6: phases.0.tokens: expected a number of tokens of at least 1, found nothing. \
            Write it like 60B, 4.7M, 16k or 10_000.
            """),
        Mistake(
            "tokens: 2M",
            "tokens: two million",
            """
            6: phases.0.tokens: expected a number of tokens of at least 1, found "two \
            million". Write it like 60B, 4.7M, 16k or 10_000.
            """),
        Mistake(
            "method: ties",
            "method: tiess",
            """
            22: merge.method: expected one of ties, average, ema, found "tiess". Did you mean \
            ties?
            """),
        Mistake(
            "shape: one-minus-sqrt",
            "shape: sqrt",
            """
            17: phases.1.learning_rate.shape: expected one of constant, linear, \
            one-minus-sqrt, cosine, inverse-sqrt, found "sqrt". Write one of them.
            """),
        Mistake(
            "vocabulary: 512, hidden: 32, intermediate: 48, layers: 4, heads: 2",
            "preset: mmbert-bas",
            """
            2: model.preset: expected one of mmbert-base, mmbert-small, modernbert-base, \
            modernbert-large, mini, found "mmbert-bas". Did you mean mmbert-base?
            """),
        Mistake(
            "vocabulary: 512, ",
            "",
            """
            2: model.vocabulary: expected a value, found no such key. Give a preset, or all of \
            vocabulary, hidden, intermediate, layers, heads.
            """),
        Mistake(
            "tokenizer: tokenizer",
            "tokenizer: tokenizer\nprecision: fp16",
            """
            4: precision: expected one of bf16, fp32, found "fp16". Did you mean bf16?
            """),
        Mistake(
            "tokenizer: tokenizer",
            "tokenizer: tokenizer\noptimizer: {betas: [0.9]}",
            """
            4: optimizer.betas: expected a list of two ratios, found a list of 1 value. The \
            usual ones are [0.9, 0.95].
            """),
        Mistake(
            "tokenizer: tokenizer",
            "tokenizer: tokenizer\noptimizer: {name: adamw}",
            """
            4: optimizer.name: expected one of stable-adamw, found "adamw". Write one of them.
            """),
        Mistake(
            "mask: {ratio: 0.3}",
            "mask: {ratio: 0.3, score_special_tokens: yes}",
            """
            8: phases.0.mask.score_special_tokens: expected true or false, found "yes". Write \
            one of them.
            """),
        Mistake(
            "mask: {ratio: 0.3}",
            "mask: {ratio: 0.3",
            """
            9: expected YAML, found a mistake (while parsing a flow mapping from line 8 on, \
            did not find expected ',' or '}'). Fix the text there, or in the line before.
            """),
        Mistake(
            "tokenizer: tokenizer",
            "name: again\ntokenizer: tokenizer",
            """
            1: expected every key once, found name twice. Keep one of them.
            """),
        Mistake(
            "    tokens: 2M",
            "\ttokens: 2M",
            """
            6: expected YAML, found a mistake (while scanning a plain scalar from line 5 on, \
            found a tab character that violates indentation). Fix the text there, or in the \
            line before.
            """),
    ]
}
