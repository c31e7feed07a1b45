import Formats
import Foundation
import TestSupport
import Testing

@Suite("A run whose files were damaged mends them with a warning, and ends with the same bytes")
struct DamagedRunTests {
    /// Damages a run that was stopped, lets it go on, and expects the reference's model.
    ///
    /// - Returns: the messages of the run that went on.
    private func resume(
        in folder: TemporaryFolder, after damage: (SmallRun) throws -> Void
    ) throws -> (run: SmallRun, messages: String) {
        let run = try SmallRun.paused(copiedInto: folder.path("run"))
        try damage(run)
        let ending = try run.train()
        #expect(ending.exitCode == 0, "\(ending.messages)")
        let model = "model/model.safetensors"
        #expect(
            try FileContents.read(run.path(model))
                == FileContents.read(SmallRun.reference().path(model)))
        #expect(!ending.messages.contains("error:"))
        return (run, ending.messages)
    }

    @Test("half a line at the end of metrics.jsonl")
    func halfLine() throws {
        let folder = try TemporaryFolder()
        let (run, messages) = try resume(in: folder) { run in
            let bytes = try FileContents.read(run.path("metrics.jsonl"))
            try AtomicFile.write(Array(bytes.dropLast(30)), to: run.path("metrics.jsonl"))
        }
        #expect(messages.contains("warning: \(run.path("metrics.jsonl")) was damaged: 30 bytes"))
        #expect(messages.contains("half a line at its end was dropped"))
        #expect(try run.metrics().count == SmallRun.reference().metrics().count - 1)
    }

    @Test("a line of metrics.jsonl that became zeros")
    func zeros() throws {
        let folder = try TemporaryFolder()
        let (run, messages) = try resume(in: folder) { run in
            var bytes = try FileContents.read(run.path("metrics.jsonl"))
            for place in 10..<20 { bytes[place] = 0 }
            try AtomicFile.write(bytes, to: run.path("metrics.jsonl"))
        }
        #expect(messages.contains("1 line that cannot be read: dropped"))
        #expect(try run.metrics().count == SmallRun.reference().metrics().count - 1)
    }

    @Test("metrics.jsonl, lost")
    func lostMetrics() throws {
        let folder = try TemporaryFolder()
        let (run, messages) = try resume(in: folder) { try Folder.remove($0.path("metrics.jsonl")) }
        #expect(messages.contains("warning: \(run.path("metrics.jsonl")) was damaged"))
        let all = try SmallRun.reference().metrics()
        #expect(try run.metrics() == all.suffix(try run.metrics().count))
    }

    /// The log is shorter than the older checkpoint says, and then it grows beyond that.
    @Test("half of metrics.jsonl, and later the newest checkpoint too")
    func lostMetricsThenCheckpoint() throws {
        let folder = try TemporaryFolder()
        let (run, messages) = try resume(in: folder) { run in
            let bytes = try FileContents.read(run.path("metrics.jsonl"))
            let half = Array(bytes.prefix(bytes.count / 2))
            try AtomicFile.write(half, to: run.path("metrics.jsonl"))
            #expect(try run.train("--stop-after", "20steps").exitCode == 0)
            let newest = try #require(try run.checkpoints().last)
            try Folder.remove(newest.folder + "/config.json")
        }
        #expect(messages.contains("warning: skipped a checkpoint"))
        let steps = try run.metrics().filter { $0["type"] as? String == "step" }
            .map { "\($0["stage"] ?? "") \($0["step"] ?? "")" }
        #expect(Set(steps).count == steps.count, "a step is there twice")
    }

    @Test("run.json", arguments: ["{\"version\": \"0.1", "{}"])
    func runRecord(text: String) throws {
        let folder = try TemporaryFolder()
        let (run, messages) = try resume(in: folder) {
            try AtomicFile.write(text, to: $0.path("run.json"))
        }
        #expect(messages.contains("warning: the record of earlier starts is damaged"))
        #expect(try FileContents.read(run.path("run.json.damaged")) == Array(text.utf8))
        let record = try JSONSerialization.jsonObject(
            with: Data(FileContents.read(run.path("run.json"))))
        let starts = (record as? [String: Any])?["starts"] as? [Any]
        #expect(starts?.count == 1)
    }

    @Test("latest", arguments: ["missing", "another", "folder"])
    func latest(damage: String) throws {
        let folder = try TemporaryFolder()
        var newest = ""
        let (_, messages) = try resume(in: folder) { run in
            newest = try #require(try run.checkpoints().last).name
            let latest = run.path("checkpoints/latest")
            try Folder.remove(latest)
            switch damage {
            case "another": try AtomicFile.write("pretrain-000000001\n", to: latest)
            case "folder": try Folder.create(latest + "/inside")
            default: break
            }
        }
        #expect(
            messages.contains("/latest was missing; now it names \(newest)")
                || messages.contains("/latest did not name the newest checkpoint; now it names"))
    }

    @Test("recipe.yaml, losses.md and half a TensorBoard record")
    func others() throws {
        let folder = try TemporaryFolder()
        let (run, messages) = try resume(in: folder) { run in
            try AtomicFile.write("name: \u{fffd}", to: run.path("recipe.yaml"))
            try AtomicFile.write("| half", to: run.path("losses.md"))
            let events = run.path("tensorboard/pretrain")
            let name = try #require(try Folder.contents(of: events).last)
            let bytes = try FileContents.read(events + "/" + name)
            try AtomicFile.write(bytes + [24, 0, 0], to: events + "/" + name)
        }
        #expect(messages.contains("half a record at the end, 3 bytes, was cut off"))
        try run.expectEqual(to: .reference())
    }

    @Test("A run of which every checkpoint lost its list of files does not begin anew")
    func strangers() throws {
        let folder = try TemporaryFolder()
        let run = try SmallRun.paused(copiedInto: folder.path("run"))
        for checkpoint in try run.checkpoints() {
            try AtomicFile.write("{", to: checkpoint.folder + "/checkpoint.json")
        }
        let metrics = try FileContents.read(run.path("metrics.jsonl"))
        expectMistake(
            try run.train(), [run.path("checkpoints") + ": expected a checkpoint that is intact"])
        #expect(try FileContents.read(run.path("metrics.jsonl")) == metrics)
    }
}
