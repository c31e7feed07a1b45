import Autograd
import Encoders
import Formats
import Foundation
import Host
import ModelFolders
import PackedBatches
import TensorCore
import TestSupport
import Testing

/// The Python that `MMBERT_PYTHON` names, with torch and transformers installed.
private let python = ProcessInfo.processInfo.environment["MMBERT_PYTHON"]

/// Folders with heads for tasks that we write, read by those for whom they are written.
@Suite(.enabled(if: python != nil, "MMBERT_PYTHON names no Python with transformers"))
struct PythonHeadTests {
    /// What transformers understands of a head.
    private struct Understanding: Decodable {
        let names: [String]
        let ids: [String: Int]
        let problem: String?
        let pooling: String
        let dropout: Double
        let rows: Int
    }

    @Test("The class of each task loads our folder and gives our logits", arguments: TaskHead.all)
    func logits(task: TaskHead) throws {
        let place = try TemporaryFolder()
        let model = TaskModel.tiny(task, padTokenID: 3)
        try Folder.create(place.path("model"))
        try ModelFolder.write(model, tokenizer: nil, into: place.path("model"))
        let sequences = [1, 2, 9, 33].map { length in
            testIndices(length, below: 92, seed: UInt64(length)).map { $0 + 4 }
        }
        try place.write(Array(try JSONEncoder().encode(sequences)), to: "sequences.json")
        let script = Process()
        script.executableURL = URL(filePath: try #require(python))
        script.arguments = [
            Fixtures.path("Heads/logits_by_transformers.py"), place.path("model"),
            place.path("sequences.json"), place.path("results"),
        ]
        try script.run()
        script.waitUntilExit()
        try #require(script.terminationStatus == 0)
        let theirs = try SafetensorsFile(path: place.path("results.safetensors")).floats("logits")
        let tape = Tape<Float>(
            parallel: Parallel(threads: 2), pool: BufferPool(), recording: false)
        let ours = try #require(
            model.logits(
                of: sequences.map {
                    TaskSequence(
                        ids: $0, rows: task.kind == .tokens ? $0.indices.map { Int32($0) } : [])
                }, budget: 4096, on: tape))
        // Two fp32 implementations of four layers that sum up to 96 terms in other orders.
        let difference = mismatch(ours.flatMap(\.self).flatMap(\.self), theirs, terms: 4 * 96)
        #expect(difference == nil)
        let understood = try JSONDecoder().decode(
            Understanding.self,
            from: Data(contentsOf: URL(filePath: place.path("results.json"))))
        #expect(understood.names == task.labels)
        #expect(task.labels.enumerated().allSatisfy { understood.ids[$1] == $0 })
        #expect(understood.problem == (task.kind == .sequence ? task.objective.rawValue : nil))
        #expect(understood.pooling == task.pooling.rawValue)
        #expect(understood.dropout == task.dropout && understood.rows == 96)
    }
}
