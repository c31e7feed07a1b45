import Formats
import Foundation
import Host
import TensorCore
import TestSupport
import Testing

@Suite("A run says what it runs on, and warns where the environment holds it back")
struct WhatRunsTests {
    /// Takes one step in a new run folder, under `environment`.
    private func step(
        under environment: String, _ options: String...
    ) throws -> (ending: RunningProgram.Ending, start: [String: Any]) {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let clean =
            "unset OPENBLAS_CORETYPE DNNL_MAX_CPU_ISA OMP_PROC_BIND OMP_PLACES GOMP_CPU_AFFINITY"
        let ending = try Program.trainer.run(
            behind: "\(clean); export A=1 \(environment)",
            run.arguments(["--stop-after", "1steps"] + options))
        try #require(ending.exitCode == 0, "\(ending.messages)")
        let bytes = try #require(FileManager.default.contents(atPath: run.path("run.json")))
        let record = try #require(
            try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        let starts = try #require(record["starts"] as? [[String: Any]])
        return (ending, try #require(starts.last))
    }

    @Test("in its first lines and in run.json")
    func firstLines() throws {
        let (ending, start) = try step(under: "", "--threads", "1")
        #expect(ending.messages.contains("small: 108k parameters, 5 stages\nfp32 on 1 thread of"))
        #expect(ending.messages.contains("matrix products by"))
        let version = try #require(Processor.current.oneDNN).version
        #expect(ending.messages.contains("oneDNN \(version)"))
        #expect(!ending.messages.contains("warning: "), "\(ending.messages)")
        #expect(start["precision"] as? String == "fp32")
        #expect(start["threads"] as? Int == 1)
        let recorded = try #require(start["processor"] as? [String: Any])
        let oneDNN = try #require(recorded["one_dnn"] as? [String: Any])
        let instructionSet = try #require(oneDNN["instruction_set"] as? String)
        let products = try #require(recorded["products"] as? [String: Any])
        #expect(products["fp32"] != nil)
        let libraries = ProductLibraries(oneDNNInstructionSet: instructionSet)
        #expect((products["bf16"] != nil) == libraries.hasBFloat16)
    }

    @Test("where oneDNN may not use what the processor has")
    func narrowLibrary() throws {
        // Every processor that this is compiled for has more than SSE 4.1.
        let (ending, start) = try step(
            under: "DNNL_MAX_CPU_ISA=SSE41", "--set", "precision=bf16")
        #expect(ending.messages.contains("warning: DNNL_MAX_CPU_ISA=SSE41 keeps oneDNN to SSE41"))
        #expect(ending.messages.contains("training in fp32"))
        #expect(ending.messages.contains("matrix products by OpenBLAS"))
        #expect(start["precision"] as? String == "fp32")
    }

    @Test(
        "where OpenMP binds all threads to one core",
        .enabled(if: Processor.current.cores > 1))
    func boundThreads() throws {
        let (ending, _) = try step(under: "OMP_PROC_BIND=true")
        #expect(ending.messages.contains("warning: OMP_PROC_BIND=true binds all threads to 1 of"))
        #expect(ending.messages.contains("warning: 2 threads on 1 core"))
        let (harmless, _) = try step(under: "OMP_NUM_THREADS=1 KMP_AFFINITY=compact")
        #expect(!harmless.messages.contains("warning: "), "\(harmless.messages)")
    }
}
