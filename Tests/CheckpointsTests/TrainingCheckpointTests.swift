import Checkpoints
import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

/// Checkpoints of a training: weights, optimizer and state.
@Suite struct TrainingCheckpointTests {
    private func save(
        _ training: TinyTraining, to folder: String, name: String = "sample"
    ) throws -> Checkpoint {
        try CheckpointStore(folder: folder, keep: 2).save(
            name: name, model: training.model, optimizer: training.optimizer,
            state: training.state, tokenizer: nil)
    }

    @Test(
        "A training that continues from a checkpoint ends with the bits of one that never stopped")
    func continuing() throws {
        let run = try TemporaryFolder()
        let whole = TinyTraining(seed: 1)
        for _ in 0..<3 { whole.step() }
        let checkpoint = try save(whole, to: run.path)
        let continued = TinyTraining(seed: 2)
        try checkpoint.restore(model: continued.model, optimizer: continued.optimizer)
        #expect(continued.bits == whole.bits)
        #expect(continued.optimizer.stepCount == 3)
        for _ in 0..<3 {
            whole.step()
            continued.step()
        }
        #expect(continued.bits == whole.bits)
    }

    @Test("Moments that are not finite are named")
    func notFinite() throws {
        let run = try TemporaryFolder()
        let training = TinyTraining(seed: 1)
        training.step()
        training.optimizer.moments[3].second.withMutableElements { $0[5] = .infinity }
        let checkpoint = try save(training, to: run.path)
        let other = TinyTraining(seed: 2)
        let error = #expect(throws: InputError.self) {
            try checkpoint.restore(model: other.model, optimizer: other.optimizer)
        }
        let name = training.optimizer.parameters[3].name
        #expect(
            error?.location
                == run.path("sample/trainer/optimizer.safetensors: \(name).exp_avg_sq"))
    }

    @Test("Equal trainings write equal bytes")
    func sameBytes() throws {
        let run = try TemporaryFolder()
        var records: [CheckpointRecord] = []
        for name in ["first", "second"] {
            let training = TinyTraining(seed: 1)
            training.step()
            records.append(try save(training, to: run.path(name)).record)
        }
        #expect(records[0].files == records[1].files)
        #expect(
            records[0].files.keys.sorted() == [
                "1_Pooling/config.json", "config.json", "config_sentence_transformers.json",
                "model.safetensors", "modules.json", "sentence_bert_config.json",
                "trainer/optimizer.safetensors", "trainer/state.json",
            ])
    }

    @Test("The trainer's state comes back as it was")
    func state() throws {
        let run = try TemporaryFolder()
        let training = TinyTraining(seed: 1)
        #expect(try save(training, to: run.path).trainerState() == training.state)
    }

    @Test("A state that is missing or broken is an InputError with its path")
    func brokenState() throws {
        let run = try TemporaryFolder()
        let checkpoint = try save(TinyTraining(seed: 1), to: run.path)
        let path = "\(checkpoint.folder)/trainer/state.json"
        try AtomicFile.write(#"{"runID": "run", "stage": 3}"#, to: path)
        var error = #expect(throws: InputError.self) { _ = try checkpoint.trainerState() }
        #expect(error?.location.hasPrefix(path) == true)
        try Folder.remove(path)
        error = #expect(throws: InputError.self) { _ = try checkpoint.trainerState() }
        #expect(error?.found == "no such file")
    }

    @Test(
        "A state whose counts cannot be is refused, and the key is named",
        arguments: [
            ("stage", -1), ("stage", Int.max), ("metrics_bytes", -1), ("clock.step", -5),
            ("clock.step", 1 << 32),
            ("clock.total_tokens", Int.max), ("clock.stage_tokens", 1 << 50),
            ("tokens_by_source[1]", -1),
        ] as [(String, Int)])
    func impossibleCounts(key: String, count: Int) throws {
        let run = try TemporaryFolder()
        let checkpoint = try save(TinyTraining(seed: 1), to: run.path)
        let path = "\(checkpoint.folder)/trainer/state.json"
        var state = try #require(
            JSONSerialization.jsonObject(with: Data(FileContents.read(path))) as? [String: Any])
        let parts = key.split(separator: ".").map(String.init)
        if parts.count == 2 {
            var clock = try #require(state[parts[0]] as? [String: Any])
            clock[parts[1]] = count
            state[parts[0]] = clock
        } else if key.hasSuffix("]") {
            state["tokens_by_source"] = [1, count]
        } else {
            state[key] = count
        }
        try AtomicFile.write(Array(JSONSerialization.data(withJSONObject: state)), to: path)
        let error = #expect(throws: InputError.self) { _ = try checkpoint.trainerState() }
        #expect(error?.location == "\(path): \(key)")
    }

    @Test("A state of a stage that the recipe does not have, or without what it needs, is refused")
    func otherStage() throws {
        func location(_ sources: [Int], _ change: (inout TrainerState) -> Void) -> String? {
            var state = TinyTraining(seed: 1).state
            state.completedStages.append(.init(name: "mid", checkpoint: "mid-000000900"))
            change(&state)
            do {
                try state.validate(at: "state", sources: sources)
                return nil
            } catch { return (error as? InputError)?.location }
        }
        #expect(location([2, 2, 2]) { _ in } == nil)
        #expect(location([2]) { _ in } == "state: stage")
        #expect(location([2, 2, 3]) { _ in } == "state: tokens_by_source")
        #expect(location([2, 2, 2]) { $0.completedStages = [] } == "state: completed_stages")
        #expect(location([2, 2, 2]) { $0.lanes = nil } == "state: lanes")
    }

    @Test("The weights of another model are refused, and the tensor is named")
    func otherModel() throws {
        let run = try TemporaryFolder()
        let checkpoint = try save(TinyTraining(seed: 1), to: run.path)
        let other = TinyTraining(seed: 1, vocabularySize: 97)
        let before = other.bits
        let error = #expect(throws: InputError.self) {
            try checkpoint.restore(model: other.model, optimizer: other.optimizer)
        }
        #expect(error?.location.hasSuffix("model.embeddings.tok_embeddings.weight") == true)
        #expect(error?.expected == "shape [97, 32]")
        #expect(error?.found == "shape [96, 32]")
        #expect(other.bits == before)
    }
}
