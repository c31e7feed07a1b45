import Foundation
import TestSupport
import Testing

/// The Python that `MMBERT_PYTHON` names, with transformers and sentence-transformers installed.
private let python = ProcessInfo.processInfo.environment["MMBERT_PYTHON"]

/// The model of a run, used by our programs and by the usual ones.
@Suite(.enabled(if: python != nil, "MMBERT_PYTHON names no Python with transformers"))
struct UseByPythonTests {
    /// What `use_model.py` writes.
    private struct Answers {
        var masks: [[[(token: String, probability: Double)]]]
        var vectors: [[Float]]

        init(path: String) throws {
            let data = try Data(contentsOf: URL(filePath: path))
            let object = try #require(
                JSONSerialization.jsonObject(with: data) as? [String: Any])
            let masks = try #require(object["masks"] as? [[[[Any]]]])
            self.masks = try masks.map { text in
                try text.map { mask in
                    try mask.map {
                        (try #require($0[0] as? String), try #require($0[1] as? Double))
                    }
                }
            }
            vectors = try #require(object["vectors"] as? [[Double]]).map { $0.map { Float($0) } }
        }
    }

    private struct Answer: Decodable {
        struct Candidate: Decodable {
            var token: String
            var probability: Double
        }
        struct Mask: Decodable {
            var candidates: [Candidate]
        }
        var masks: [Mask]
    }

    @Test("transformers fills the same masks, sentence-transformers makes the same vectors")
    func agree() throws {
        let used = try UsedModel()
        try used.folder.write(
            "a <mask> b\n<mask>\nEin <mask> Satz, <mask> mehr.\n", to: "masked.txt")
        let script = Process()
        script.executableURL = URL(filePath: try #require(python))
        script.arguments =
            [Fixtures.path("Inference/use_model.py"), used.model]
            + ["masked.txt", "texts.txt", "answers.json"].map { used.folder.path($0) }
        try script.run()
        script.waitUntilExit()
        try #require(script.terminationStatus == 0)
        let expected = try Answers(path: used.folder.path("answers.json"))

        let filled = try used.run(
            "fill-mask", "--input", "masked.txt", "--json", "--precision", "fp32")
        let answers = try filled.output.split(separator: "\n").map {
            try JSONDecoder().decode(Answer.self, from: Data($0.utf8))
        }
        try #require(answers.map(\.masks.count) == expected.masks.map(\.count))
        for (mask, best) in zip(answers.flatMap(\.masks), expected.masks.joined()) {
            #expect(mask.candidates.map(\.token) == best.map(\.token))
            let shares = mask.candidates.map(\.probability)
            let difference = mismatch(
                shares, best.map(\.probability), relative: 0, absolute: 1e-4)
            #expect(difference == nil)
        }
        let embedded = try used.run(
            "embed", "--input", "texts.txt", "--pooling", "mean", "--precision", "fp32")
        let vectors = try used.vectors(embedded.output)
        try #require(vectors.count == expected.vectors.count)
        for (vector, other) in zip(vectors, expected.vectors) {
            #expect(mismatch(vector, other, relative: 0, absolute: 1e-4) == nil)
        }
    }
}
