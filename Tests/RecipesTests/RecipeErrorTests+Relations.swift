extension RecipeErrorTests {
    /// Values that do not go together, and files.
    static let relations: [Mistake] =
        mixtures + merges + [
            Mistake(
                "heads: 2}",
                "heads: 2, initialize_tokens: mean-of-pieces}",
                """
                2: model.initialize_tokens: expected initialize_from beside it, found no such key. \
                Name the model folder whose weights are taken over, or remove this key.
                """),
            Mistake(
                "{vocabulary: 512, hidden: 32, intermediate: 48, layers: 4, heads: 2",
                "{preset: mmbert-small, initialize_from: base, initialize_tokens: mean-of-pieces",
                """
                2: model.vocabulary: expected a value, found no such key. With \
                initialize_tokens, write the number of pieces of the new tokenizer.
                """),
            Mistake(
                "heads: 2}",
                "heads: 2, initialize_from: base, initialize_tokens: copy}",
                """
                2: model.initialize_tokens: expected one of by-id, shared-pieces, \
                mean-of-pieces, found "copy". Write one of them.
                """),
            Mistake(
                "microbatch: 1k}\n  -",
                "microbatch: 32}\n  -",
                """
                11: phases.0.batch.microbatch: expected at least the context of 64 tokens, found \
                32. A microbatch holds whole sequences: raise it, or lower the context.
                """),
            Mistake(
                "tokens: 4k, microbatch: 1k}\n  -",
                "tokens: 4k, microbatch: 8k}\n  -",
                """
                11: phases.0.batch.microbatch: expected at most the batch of 4k tokens, found 8k. \
                Lower it, or raise the batch.
                """),
            Mistake(
                "tokens: 4k, microbatch: 1k}\n  -",
                "tokens: 4k, from: 512, microbatch: 1k}\n  -",
                """
                11: phases.0.batch.from: expected at least the microbatch of 1k tokens and at most \
                the batch of 4k, found 512. The batch grows from here to its full size.
                """),
            Mistake(
                "tokens: 4k, microbatch: 1k}\n  -",
                "tokens: 4k, from: 8k, microbatch: 1k}\n  -",
                """
                11: phases.0.batch.from: expected at least the microbatch of 1k tokens and at most \
                the batch of 4k, found 8k. The batch grows from here to its full size.
                """),
            Mistake(
                "tokens: 4k, microbatch: 1k}\n  -",
                "tokens: 4k, from: 2k, warmup: 3M, microbatch: 1k}\n  -",
                """
                11: phases.0.batch.warmup: expected at most the 2M tokens there are for it, found \
                3M. Lower it, or raise the phase's tokens.
                """),
            Mistake(
                "peak: 8e-4}",
                "peak: 8e-4, warmup: 3M}",
                """
                10: phases.0.learning_rate.warmup: expected at most the 2M tokens there are for \
                it, found 3M. Lower it, or raise the phase's tokens.
                """),
            Mistake(
                "peak: 8e-4}",
                "peak: 8e-4, final_factor: 0.1}",
                """
                10: phases.0.learning_rate.final_factor: expected no decay with shape constant, \
                found 0.1. Remove it, or write a shape that falls, such as one-minus-sqrt.
                """),
            Mistake(
                "one-minus-sqrt",
                "linear, warmup: 400k, decay: 700k",
                """
                17: phases.1.learning_rate.decay: expected at most the 600k tokens there are for \
                it, found 700k. Lower it, or raise the phase's tokens.
                """),
            Mistake(
                "context: 128",
                "context: 16k",
                """
                14: phases.1.context: expected at most the model's 8192 positions, found 16k. \
                Raise model.max_positions, or lower the context.
                """),
            Mistake(
                "ratio: 0.3}",
                "ratio: 0.3, to: 0.1}",
                """
                8: phases.0.mask.to: expected either ratio, or from and to, found both. Keep ratio \
                for a fixed share, from and to for a changing one.
                """),
            Mistake(
                "ratio: 0.3}",
                "from: 0.3, to: 0.1, steps: 3}",
                """
                8: phases.0.mask.steps: expected no steps with shape linear, found 3. Write shape: \
                steps.
                """),
            Mistake(
                "ratio: 0.3}",
                "from: 0.3, to: 0.1, shape: steps}",
                """
                8: phases.0.mask.steps: expected a value, found no such key. Say how many plateaus \
                there are.
                """),
            Mistake(
                "name: decay",
                "name: pretrain",
                """
                12: phases.1.name: expected a different name for every phase and variant, found \
                pretrain twice. Rename one: checkpoints are named after them.
                """),
            Mistake(
                "- english",
                "- all-languages",
                """
                20: phases.1.variants: expected a different name for every phase and variant, \
                found decay-all-languages twice. Rename one: checkpoints are named after them.
                """),
            Mistake(
                "heads: 2}",
                "heads: 2, initialize_by: strided}",
                """
                2: model.initialize_by: expected initialize_from beside it, found no such key. \
                Name the model folder whose weights are taken over, or remove this key.
                """),
            Mistake(
                "microbatch: 1k}\n  -",
                "microbatch: 1k}\n    variants: [early]\n  -",
                """
                13: phases.1: expected no phase after pretrain, which has variants, found another \
                phase. Only the last phase branches; what follows would have several parents. \
                Another run may start from the merged model: model.initialize_from.
                """),
            Mistake(
                "tokenizer: tokenizer",
                "tokenizer: tokeniser",
                """
                3: tokenizer: expected a tokenizer, found nothing at …/tokeniser. Relative paths \
                start at the recipe's folder.
                """),
            Mistake(
                "{manifest: data.yaml}",
                "{manifest: date.yaml}",
                """
                9: phases.0.data.manifest: expected a manifest, found nothing at …/date.yaml. \
                Relative paths start at the recipe's folder.
                """),
            Mistake(
                "{manifest: data.yaml}",
                "{manifest: data.yaml, languages: list.txt}",
                """
                9: phases.0.data.languages: expected all, {largest: 12}, a list of codes, or a \
                file with a code per line, found "list.txt", which is not a readable file. \
                Relative paths start at the recipe's folder.
                """),
            Mistake(
                "{manifest: data.yaml}",
                "{manifest: data.yaml, languages: [eng_Latn, deu_Latm]}",
                """
                9: phases.0.data.languages: expected languages of …/data.yaml, found deu_Latm. Did \
                you mean deu_Latn?
                """),
            Mistake(
                "{manifest: data.yaml}",
                "{manifest: data.yaml, languages: [xxx_Grek, yyy_Hans, eng_Latn, zzz_Thai]}",
                """
                9: phases.0.data.languages: expected languages of …/data.yaml, found xxx_Grek and \
                2 more that it lacks. Build its data or remove it; a phase may have \
                missing_languages: skip.
                """),
            Mistake(
                "{manifest: data.yaml}",
                "{manifest: data.yaml, languages: [eng_Latn, eng_Latn]}",
                """
                9: phases.0.data.languages.1: expected every language once, found eng_Latn again. \
                Remove one of them.
                """),
            Mistake(
                "{manifest: data.yaml}",
                "{manifest: data.yaml, languages: [xxx_Grek], missing_languages: skip}",
                """
                9: phases.0.data.languages: expected languages with tokens in …/data.yaml, found \
                none. Choose other languages, or build their data.
                """),
            Mistake(
                "{manifest: data.yaml}",
                "{manifest: data.yaml, languages: {largest: 5}}",
                """
                9: phases.0.data.languages: expected at most the 4 languages of …/data.yaml, found \
                5. Lower the number, or write all.
                """),
            Mistake(
                "{manifest: data.yaml}",
                "{manifest: data.yaml, languages: []}",
                """
                9: phases.0.data.languages: expected at least one language, found none. Write all \
                for every language of the manifest.
                """),
            Mistake(
                "{manifest: data.yaml}",
                "{manifest: data.yaml, max_epochs: 0.1}",
                """
                9: phases.0.data.max_epochs: expected enough data for the phase's 2M tokens, found \
                1510000 tokens where no language is read more often than this. Raise max_epochs, \
                lower tokens, or add data.
                """),
            Mistake(
                "max_epochs: 3",
                "languages: [fao_Latn], max_epochs: 3",
                """
                21: phases.1.variants.1.data.max_epochs: expected enough data for the phase's 1M \
                tokens, found 300000 tokens where no language is read more often than this. Raise \
                max_epochs, lower tokens, or add data.
                """),
            Mistake(
                "{manifest: data.yaml}",
                "{manifest: data.yaml, proportions: {eng_Latin: 0.5}}",
                """
                9: phases.0.data.proportions.eng_Latin: expected a language that the phase reads, \
                found eng_Latin. Did you mean eng_Latn?
                """),
            Mistake(
                "{manifest: data.yaml}",
                "{manifest: data.yaml, languages: [eng_Latn], proportions: {eng_Latn: 0.5}}",
                """
                9: phases.0.data.proportions: expected shares that add up to 1, as every language \
                has one, found shares that add up to 0.5. Raise them, or leave a language to the \
                temperature.
                """),
            Mistake(
                "vocabulary: 512",
                "vocabulary: 513",
                """
                2: model.vocabulary: expected the vocabulary of 512 that …/data.yaml was made \
                with, found 513. Write vocabulary: 512, or build the data anew.
                """),
            Mistake(
                "vocabulary: 512, hidden: 32, intermediate: 48, layers: 4, heads: 2",
                "preset: mmbert-small",
                """
                2: model: expected the vocabulary of 512 that …/data.yaml was made with, found \
                256000. Write vocabulary: 512, or build the data anew.
                """),
            Mistake(
                "vocabulary: 512, hidden: 32, intermediate: 48, layers: 4, heads: 2",
                "initialize_from: base",
                """
                …/base/config.json: expected a model configuration, found no such file. Name a \
                folder that holds a Hugging Face config.json.
                """),
            Mistake(
                "heads: 2}",
                "heads: 2, initialize_from: base}",
                """
                2: model.initialize_from: expected a model folder, found nothing at …/base. \
                Relative paths start at the recipe's folder.
                """),
            Mistake(
                "tokenizer: tokenizer",
                "tokenizer: tokenizer\nevaluate: {data: {languages: [nob_Latn]}}",
                """
                4: evaluate.data.languages: expected languages of …/data.yaml, found nob_Latn. \
                Build its data or remove it; a phase may have missing_languages: skip.
                """),
        ]
}
