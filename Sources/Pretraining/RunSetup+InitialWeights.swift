import Diagnostics
import Encoders
import Formats
import Host
import ModelFolders
import Recipes
import Reporting
import TensorCore
import Tokenization

extension RunSetup {
    /// The recipe's shape. Where it comes with a folder whose `config.json` does not say which ids
    /// stand for the unknown and the mask, these are the tokenizer's; all of them are with another
    /// vocabulary than the folder's.
    static func configuration(
        of model: ModelRecipe, _ special: SpecialTokens
    ) throws -> ModernBERTConfiguration {
        var configuration = model.configuration
        guard let folder = model.initializeFrom else { return configuration }
        var named = (unknown: false, mask: false)
        if model.hasNewVocabulary {
            configuration.padTokenID = Int(special.padding)
            (configuration.bosTokenID, configuration.clsTokenID) =
                (Int(special.begin), Int(special.begin))
            (configuration.eosTokenID, configuration.sepTokenID) =
                (Int(special.end), Int(special.end))
        } else {
            named = try ModernBERTConfiguration.namedTokenIDs(
                inHuggingFaceFile: ModelFolder.configurationFile(of: folder))
        }
        if !named.unknown { configuration.unknownTokenID = Int(special.unknown) }
        if !named.mask { configuration.maskTokenID = Int(special.mask) }
        return configuration
    }

    /// Where the pieces of `tokenizer` have their like in the folder whose weights are taken over;
    /// nil where rows pass by their ids.
    ///
    /// - Throws: `InputError` where the recipe does not say what becomes of other pieces.
    static func vocabularyMap(
        of recipe: Recipe, to tokenizer: Tokenizer, rows: Int
    ) throws -> VocabularyMap? {
        guard let folder = recipe.model.initializeFrom else { return nil }
        let origin = try ModelFolder(path: folder)
        guard recipe.model.hasNewVocabulary else {
            try requireSameVocabulary(origin, recipe, tokenizer, rows: rows)
            return nil
        }
        guard let old = origin.tokenizer else {
            throw origin.tokenizerProblem
                ?? InputError(
                    at: folder, expected: "the tokenizer that the model was made with",
                    found: "no file of one",
                    remedy: "Copy its files there: model.initialize_tokens reads its pieces.")
        }
        return VocabularyMap(from: old, to: tokenizer)
    }

    /// Checks that rows of the token table stay with their pieces, or that the recipe knows that
    /// they do not.
    private static func requireSameVocabulary(
        _ origin: ModelFolder, _ recipe: Recipe, _ tokenizer: Tokenizer, rows: Int
    ) throws {
        let remedy =
            "With model.initialize_tokens: mean-of-pieces and model.vocabulary: "
            + "\(tokenizer.vocabularySize), pieces that both tokenizers have are copied and others "
            + "begin as the mean of the old pieces of their text"
        let oldRows = origin.configuration.vocabularySize
        guard oldRows == rows, tokenizer.vocabularySize <= rows else {
            throw InputError(
                at: origin.path,
                expected: "a model with a vocabulary of \(max(rows, tokenizer.vocabularySize))",
                found: "one of \(oldRows)", remedy: "\(remedy).")
        }
        guard recipe.model.initializeTokens == nil, let old = origin.tokenizer else { return }
        let pieces = zip(old.pieces, tokenizer.pieces)
        guard let id = pieces.enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset
        else { return }
        throw InputError(
            at: origin.path,
            expected: "a tokenizer with \"\(tokenizer.piece(Int32(id)))\" as piece \(id), as in "
                + recipe.tokenizer,
            found: "one with \"\(old.piece(Int32(id)))\"",
            remedy: "\(remedy); with by-id, rows stay where they are.")
    }

    /// The model before the first step: random, or as a folder has it. Where that holds an encoder
    /// without a masked-LM head, the head is random.
    func makeModel(parallel: Parallel) throws -> MaskedLanguageModel {
        guard let folder = recipe.model.initializeFrom else {
            return MaskedLanguageModel(
                configuration: configuration, seed: recipe.seed, parallel: parallel)
        }
        let origin = try ModelFolder(path: folder)
        let isOfSameShape = recipe.model.initializeBy == .copy
        if isOfSameShape { try requireSameShape(origin) }
        let isCopy = isOfSameShape && vocabularyMap == nil
        let model =
            isCopy && origin.hasHead
            ? MaskedLanguageModel(configuration: configuration)
            : MaskedLanguageModel(
                configuration: configuration, seed: recipe.seed, parallel: parallel)
        if isCopy {
            try origin.load(into: origin.hasHead ? model.parameters : model.encoder.parameters)
        } else {
            model.takeWeights(
                of: try origin.load(requiringHead: false), by: recipe.model.initializeBy,
                includingHead: origin.hasHead,
                words: vocabularyMap?.sources(
                    averaging: recipe.model.initializeTokens == .meanOfPieces))
        }
        return model
    }

    /// What is to be said of the rows that the tokenizer's pieces begin with; nil where they are
    /// those of their ids.
    var initialTokensNote: String? {
        guard let vocabularyMap, let folder = recipe.model.initializeFrom else { return nil }
        let summary = vocabularyMap.summary(
            averaging: recipe.model.initializeTokens == .meanOfPieces,
            rows: configuration.vocabularySize)
        return "tokens from \(folder): \(summary)"
    }

    /// What is to be said of tensors that the folder of initial weights lacks; nil where it lacks
    /// none, or no folder is named.
    func newHeadWarning() throws -> String? {
        guard let folder = recipe.model.initializeFrom, try !ModelFolder(path: folder).hasHead
        else { return nil }
        let head = configuration.headParameterShapes
        let count = head.reduce(0) { $0 + $1.count }
        return """
            model.initialize_from: \(folder) holds an encoder without its masked-LM head; \
            \(counted(head.count, "tensor")) of \(shortCount(count)) numbers begin anew: \
            \(head.map(\.name).joined(separator: ", "))
            """
    }

    /// A model's weights are copied into one of the same shape.
    private func requireSameShape(_ origin: ModelFolder) throws {
        let (old, new) = (try origin.modernBERT(), configuration)
        let sizes = [
            ("hidden", old.hiddenSize, new.hiddenSize),
            ("intermediate", old.intermediateSize, new.intermediateSize),
            ("layers", old.layerCount, new.layerCount), ("heads", old.headCount, new.headCount),
        ]
        for (key, old, new) in sizes where old != new {
            throw InputError(
                at: try ModelFolder.configurationFile(of: origin.path),
                expected: "a model of the recipe's shape, \(key) \(new)", found: "\(key) \(old)",
                remedy: "Say with model.initialize_by how weights pass to another shape: strided, "
                    + "centre, tile-from-edge or tile-from-middle.")
        }
    }
}
