import Curriculum
import Diagnostics
import Formats
import Foundation
import Recipes
import RemoteFiles
import Streaming
import Tokenization

/// What one stage reads: its sources, and the share of the tokens that each gives over the stage.
struct StageData {
    let manifests: [DataManifest]
    let sources: [StreamSource]
    let mixture: MixtureSchedule
    /// How often each source may be read through; nil for no limit.
    private let caps: [Double?]
    private let verifiesHashes: Bool

    /// Opens the stage's manifests and computes its mixture.
    init(_ stage: Stage) throws {
        let data = stage.phase.data
        let selection = try data.select { try DataManifest(contentsOf: $0) }
        var seen: Set<String> = []
        manifests = selection.groups.map(\.manifest).filter { seen.insert($0.path).inserted }
        sources = try selection.sources.map { manifest, source in
            StreamSource(
                language: source.language, name: source.name, place: try manifest.place(of: source),
                samples: source.samples, tokens: source.tokens)
        }
        caps = selection.groups.flatMap { group in
            group.sources.map { _ in group.recipe.maxEpochs }
        }
        mixture = selection.mixture(tokens: stage.phase.tokens)
        verifiesHashes = data.verifiesHashes
    }

    /// Checks that the shards were made with the recipe's tokenizer: by the number of its pieces,
    /// and by the pieces themselves and the ids of sample texts where a manifest's tokenizer is
    /// there.
    func check(tokenizer: Tokenizer) throws {
        for manifest in manifests { try Self.check(manifest, tokenizer) }
    }

    private static func check(_ manifest: DataManifest, _ tokenizer: Tokenizer) throws {
        guard manifest.vocabulary == tokenizer.vocabularySize else {
            throw otherTokenizer(
                manifest, expected: "has \(tokenizer.vocabularySize) pieces",
                found: "has \(manifest.vocabulary)")
        }
        guard try Folder.exists(TokenizerFolder.file(in: manifest.tokenizerPath)) else { return }
        let other = try Tokenizer(path: manifest.tokenizerPath)
        guard let (here, there) = tokenizer.firstDifference(from: other) else { return }
        throw otherTokenizer(manifest, expected: here, found: there)
    }

    private static func otherTokenizer(
        _ manifest: DataManifest, expected: String, found: String
    ) -> InputError {
        InputError(
            at: manifest.path, expected: "shards of the recipe's tokenizer, which \(expected)",
            found: "shards of one that \(found)",
            remedy: "Name the tokenizer the shards were built with, or build them again.")
    }

    /// What the step that begins when `tokens` tokens of `stage` are done asks of the loader.
    func request(of stage: Stage, at tokens: Int) -> BatchRequest {
        var request = stage.settings(at: tokens).batch
        request.mixture = mixture.span(at: tokens)
        return request
    }

    /// What the stage reads, where one of its groups has a cap. A part of a sample is read whole.
    private func budget(of stage: Stage) -> TokenBudget? {
        guard caps.contains(where: { $0 != nil }) else { return nil }
        return TokenBudget(
            tokens: stage.phase.tokens, mixtureStarts: mixture.spans.map(\.start),
            mostSamples: zip(sources, caps).map { source, cap in
                cap.map { Int(min(($0 * Double(source.samples)).rounded(.up), 0x1p62)) }
            })
    }

    /// How the loader reads the stage.
    func streamConfiguration(
        _ stage: Stage, seed: UInt64, lanes: Int, tokenizer: Tokenizer, cache: ShardCache?
    ) -> StreamConfiguration {
        StreamConfiguration(
            sources: sources, mixtures: mixture.spans.map(\.shares), budget: budget(of: stage),
            context: stage.phase.context, microbatchTokens: stage.phase.batch.microbatchTokens,
            masking: tokenizer.masking(stage.phase.mask), seed: seed, phase: stage.name,
            lanes: lanes, verifiesHashes: verifiesHashes, cache: cache)
    }
}

extension Tokenizer {
    /// The rules of masking in this vocabulary.
    func masking(_ mask: MaskRecipe) -> TokenMasker.Configuration {
        TokenMasker.Configuration(
            vocabularySize: vocabularySize, maskTokenID: special.mask,
            specialTokenIDs: special.all, replacement: mask.replacement,
            scoresSpecialTokens: mask.scoresSpecialTokens, randomTokens: mask.randomTokens)
    }
}
