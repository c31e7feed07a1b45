import Inference
import ModelFolders
import Reporting

extension EncoderModel {
    /// How texts become vectors, in a few words: `prompt "query: ", mean, Dense 768 to 256, Tanh,
    /// length 1, first 64 numbers`.
    func summary(of options: EmbeddingOptions) -> String {
        var parts: [String] = []
        let prompt = otherPrompt ?? pooling.prompt
        if !prompt.isEmpty {
            parts.append(
                "prompt \"\(prompt)\"" + (pooling.includesPrompt ? "" : ", not pooled"))
        }
        if pooling.lowercases { parts.append("small letters") }
        parts.append(options.poolings.map(\.rawValue).joined(separator: " and "))
        if options.usesLayers { parts += pooling.layers.map(\.summary) }
        if let dimensions = options.dimensions {
            parts.append("first \(counted(dimensions, "number"))")
        }
        if options.normalizes { parts.append("length 1") }
        return parts.joined(separator: ", ")
    }
}
