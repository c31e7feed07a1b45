import Diagnostics
import Formats

/// `1_Pooling/config.json` of sentence-transformers: a switch for each way of pooling, or, since
/// version 5.4, their names.
struct PoolingFile {
    /// The ways that are switched on, in the order in which their results stand.
    let modes: [SentencePooling.Mode]
    /// Whether the tokens of a prompt take part.
    let includesPrompt: Bool

    private struct Names: Decodable {
        let all: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let name = try? container.decode(String.self) {
                all = [name]
            } else {
                all = try container.decode([String].self)
            }
        }
    }

    private struct Keys: Decodable {
        let names: Names?
        let usesClass, usesMean, usesMaximum: Bool?
        let usesScaledMean, usesWeightedMean, usesLast: Bool?
        let includesPrompt: Bool?

        enum CodingKeys: String, CodingKey {
            case names = "pooling_mode"
            case usesClass = "pooling_mode_cls_token"
            case usesMean = "pooling_mode_mean_tokens"
            case usesMaximum = "pooling_mode_max_tokens"
            case usesScaledMean = "pooling_mode_mean_sqrt_len_tokens"
            case usesWeightedMean = "pooling_mode_weightedmean_tokens"
            case usesLast = "pooling_mode_lasttoken"
            case includesPrompt = "include_prompt"
        }

        /// The names of the ways that are switched on.
        var modes: [String] {
            if let names { return names.all }
            let switches = [
                ("cls", usesClass), ("max", usesMaximum), ("mean", usesMean),
                ("mean_sqrt_len_tokens", usesScaledMean), ("weightedmean", usesWeightedMean),
                ("lasttoken", usesLast),
            ]
            return switches.filter { $0.1 ?? false }.map(\.0)
        }
    }

    /// Reads the file at `path`; an `InputError` names a way that is not supported.
    init(path: String) throws {
        let keys = try JSONFile.readPlain(path, as: Keys.self)
        let names = keys.modes
        // The default is the mean.
        modes = try (names.isEmpty ? ["mean"] : names).map { name in
            guard let mode = SentencePooling.Mode(rawValue: name) else {
                throw InputError(
                    at: "\(path): pooling_mode",
                    expected: "one of "
                        + SentencePooling.Mode.allCases.map(\.rawValue)
                        .joined(separator: ", "),
                    found: name, remedy: "Say with --pooling how vectors are made from tokens.")
            }
            return mode
        }
        includesPrompt = keys.includesPrompt ?? true
    }

    /// The file's text, with the switches that every version reads.
    static func text(_ mode: SentencePooling.Mode, width: Int) -> String {
        """
        {
          "word_embedding_dimension": \(width),
          "pooling_mode_cls_token": \(mode == .cls),
          "pooling_mode_mean_tokens": \(mode == .mean),
          "pooling_mode_max_tokens": \(mode == .max),
          "pooling_mode_mean_sqrt_len_tokens": \(mode == .scaledMean),
          "pooling_mode_weightedmean_tokens": \(mode == .weightedMean),
          "pooling_mode_lasttoken": \(mode == .lastToken),
          "include_prompt": true
        }
        """
    }
}
