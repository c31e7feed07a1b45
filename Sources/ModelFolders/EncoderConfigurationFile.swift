import Diagnostics
import Encoders
import Foundation
import Host
import TensorCore

/// Hugging Face's `config.json` of any family.
enum EncoderConfigurationFile {
    private struct ModelType: Decodable {
        let type: String?

        enum CodingKeys: String, CodingKey { case type = "model_type" }
    }

    /// The shape that the file at `path` describes. A file that names no family is ModernBERT's.
    ///
    /// - Throws: `InputError` that names the file and the key.
    static func read(_ path: String) throws -> any EncoderConfiguration {
        let data = try ModernBERTConfiguration.contents(of: path)
        let type: String
        do {
            type =
                try JSONDecoder().decode(ModelType.self, from: data).type
                ?? EncoderFamily.modernBERT.rawValue
        } catch let error as DecodingError {
            throw HuggingFaceFields.describe(error, in: data, path: path)
        }
        switch EncoderFamily(rawValue: type) {
        case .modernBERT: return try ModernBERTConfiguration(huggingFaceJSON: data, path: path)
        case .some(let family):
            return try PostNormConfiguration(huggingFaceJSON: data, path: path, family: family)
        case nil:
            throw InputError(
                at: "\(path): model_type",
                expected: EncoderFamily.allCases.map(\.rawValue).joined(separator: ", "),
                found: type, remedy: "Only encoders of these families are read.")
        }
    }

    /// The text of the file for a model of this shape, beside weights in `precision`.
    ///
    /// - Parameter task: the head for a task; nil for the masked-LM head.
    static func text(
        _ configuration: any EncoderConfiguration, storedIn precision: Precision,
        task: TaskHead? = nil
    ) -> String {
        switch configuration {
        case let shape as ModernBERTConfiguration:
            shape.huggingFaceJSON(storedIn: precision, task: task)
        case let shape as PostNormConfiguration:
            shape.huggingFaceJSON(storedIn: precision, task: task)
        default: preconditionFailure("EncoderConfigurationFile: \(type(of: configuration))")
        }
    }
}
