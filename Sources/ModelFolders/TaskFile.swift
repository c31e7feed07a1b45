import Diagnostics
import Formats

/// `mmbert.json` beside a fine-tuned model: what its texts were like, so that others are brought
/// into the same shape. transformers does not look at it.
public struct TaskFile: Codable, Sendable, Equatable {
    /// The task, as recipes name it: `text`, `pair`, `choice`, `tokens` or `qa`.
    public var task: String?
    /// The most tokens of a sequence, special ones included; nil for what the model can take.
    public var length: Int?
    /// Tokens that two windows of a context share.
    public var stride: Int?
    /// The most tokens of an answer.
    public var answerLength: Int?
    /// Whether a question may have no answer.
    public var noAnswer: Bool?
    /// How words become pieces: `spaced` or `alone`.
    public var words: String?
    /// Whether long sentences are cut, in place of being tagged in parts.
    public var truncate: Bool?
    /// What was measured of the model, by split and metric.
    public var measured: [String: [String: Double]]?
    /// The SHA-256 of the recipe.
    public var recipe: String?

    /// The file's name.
    public static let name = "mmbert.json"

    /// Nothing said.
    public init() {}

    /// The file in `folder`; nil where there is none.
    ///
    /// - Throws: `InputError` for a file that is not as it should be.
    public init?(folder: String) throws {
        let path = Folder.join(folder, Self.name)
        guard try Folder.exists(path) else { return nil }
        self = try JSONFile.read(path)
        for (key, value, least) in [
            ("length", length, 4), ("stride", stride, 0), ("answer_length", answerLength, 1),
        ] where (value ?? least) < least {
            throw InputError(
                at: "\(path): \(key)", expected: "a number of at least \(least)",
                found: "\(value ?? 0)", remedy: "Correct the file, or remove it.")
        }
    }

    /// Writes the file into `folder`.
    public func write(into folder: String) throws {
        try JSONFile.write(self, to: Folder.join(folder, Self.name), synchronized: false)
    }
}
