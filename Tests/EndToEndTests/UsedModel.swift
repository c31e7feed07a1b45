import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

/// A folder with texts beside the model of the reference run.
struct UsedModel {
    let folder: TemporaryFolder
    /// The model that the reference run ended with.
    let model: String

    /// Texts of different lengths, one longer than the model's context of 64 tokens.
    static let texts = [
        "a", "", "two words", "Ein längerer Satz, in dem mehr steht.",
        String(repeating: "lang und länger ", count: 40), "words two", "the end",
    ]

    init() throws {
        folder = try TemporaryFolder()
        model = try SmallRun.reference().path("model")
        try folder.write(Self.texts.map { $0 + "\n" }.joined(), to: "texts.txt")
    }

    /// Runs a command on the model; `input` is its standard input.
    func run(
        _ command: String, _ options: String..., input: String? = nil
    ) throws -> RunningProgram.Ending {
        let arguments = [command, "--model", model, "--threads", "2"] + options
        guard let input else { return try Program.mmbert.run(arguments, in: folder.path) }
        try folder.write(input, to: "input")
        return try Program.mmbert.run(behind: "exec < input", arguments, in: folder.path)
    }

    /// The vectors of JSON lines.
    func vectors(_ lines: String) throws -> [[Float]] {
        struct Line: Decodable {
            var embedding: [Float]
        }
        return try lines.split(separator: "\n").map {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8)).embedding
        }
    }
}
