import ArgumentParser

/// `mmbert tokenizer`.
struct TokenizerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer",
        abstract: "Train a tokenizer; turn text into ids and back.",
        discussion: """
            Tokenizers are SentencePiece byte-pair models like Gemma's: Gemma 2's own \
            tokenizer.model works as well as one trained here. A tokenizer.json of such a model, \
            or of a byte-level one like ModernBERT's, is read too.
            """,
        subcommands: [
            TokenizerTrainCommand.self, TokenizerEncodeCommand.self, TokenizerDecodeCommand.self,
        ])
}
