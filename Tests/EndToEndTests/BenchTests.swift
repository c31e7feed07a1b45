import Foundation
import Host
import TensorCore
import Testing

@Suite("mmbert bench")
struct BenchTests {
    private static let tinyStep = [
        "bench", "step", "--size", "tiny", "--vocabulary", "500", "--context", "32",
        "--sequences", "2", "--steps", "2", "--warmup", "1",
    ]

    /// The one JSON object on standard output.
    private func object(_ arguments: [String]) throws -> [String: Any] {
        let ending = try Program.mmbert.run(arguments + ["--json"])
        try #require(ending.exitCode == 0, "\(ending.messages)")
        #expect(ending.output.split(separator: "\n").count == 1)
        let object = try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
        return try #require(object as? [String: Any])
    }

    @Test(
        "step prints one JSON object with rates, times, memory and the machine",
        arguments: Precision.allCases.filter(Processor.current.supports))
    func stepObject(precision: Precision) throws {
        let report = try object(
            Self.tinyStep + [
                "--precision", precision.rawValue, "--threads", "1", "--checkpointing",
            ])
        func number(_ name: String) throws -> Double {
            try #require(report[name] as? Double, "\(name)")
        }
        let parts = try ["forward", "head", "backward", "optimizer"].map {
            try number("\($0)_seconds")
        }
        #expect(parts.allSatisfy { $0 > 0 })
        #expect(try number("seconds_per_step") > 0)
        #expect(try number("tokens_per_step") == 64)
        #expect(try number("tokens_per_second") > 0)
        #expect(try number("peak_bytes") > 1e6)
        let ceiling = try number("ceiling_operations_per_second")
        // JSON rounds the last digit.
        let share = try number("operations_per_second") / ceiling
        #expect(try abs(number("share_of_ceiling") / share - 1) < 1e-12)
        #expect((report["step_seconds"] as? [Double])?.count == 2)
        #expect(report["precision"] as? String == precision.rawValue)
        #expect(report["threads"] as? Int == 1)
        #expect(report["checkpointing"] as? Bool == true)
        let shape = try #require(report["shape"] as? [String: Any])
        #expect(shape["vocabulary"] as? Int == 500)
        let processor = try #require(report["processor"] as? [String: Any])
        #expect(processor["one_dnn"] != nil && processor["products"] != nil)
        let operations = try #require(report["operations_per_step"] as? [String: Double])
        #expect(Set(operations.keys) == ["body", "attention", "head", "total"])
    }

    @Test("step prints a table, and what runs on standard error")
    func stepTable() throws {
        let ending = try Program.mmbert.run(Self.tinyStep + ["--precision", "fp32", "--variable"])
        #expect(ending.exitCode == 0, "\(ending.messages)")
        for part in [
            "tiny: 500 words, 2 × up to 32 tokens, 30 % masked, fp32", "tokens per second",
            "head and loss", "share of the roofline", "peak memory, GiB",
        ] {
            #expect(ending.output.contains(part), "lacks \(part): \(ending.output)")
        }
        #expect(ending.messages.contains("matrix products by"))
    }

    private static let tinyKernels = [
        "bench", "kernels", "--size", "tiny", "--vocabulary", "600", "--context", "32",
        "--sequences", "2", "--seconds", "0.001", "--precision", "fp32",
    ]

    @Test("kernels prints one JSON object with every kernel's rate, ceiling and twin")
    func kernelsObject() throws {
        let report = try object(Self.tinyKernels)
        let ceilings = try #require(report["ceilings"] as? [String: Double])
        let kernels = try #require(report["kernels"] as? [[String: Any]])
        #expect(kernels.count == 32)
        #expect(Set(kernels.map { $0["name"] as? String }).count == kernels.count)
        for kernel in kernels {
            let name = try #require(kernel["name"] as? String)
            let rates = ["bytes_per_second", "operations_per_second"].map {
                (kernel[$0] as? Double).map { [$0] } ?? []
            }
            let rate = try #require((rates[0] + rates[1]).first, "\(name)")
            #expect(rates[0].count + rates[1].count == 1, "\(name)")
            let ceiling = try #require(
                ceilings[
                    rates[0].isEmpty ? "fp32_operations_per_second" : "bytes_per_second"])
            let share = try #require(kernel["share_of_ceiling"] as? Double)
            #expect(abs(share / (rate / ceiling) - 1) < 1e-9, "\(name)")
            for time in ["seconds", "twin_seconds"] {
                #expect(try #require(kernel[time] as? Double) > 0, "\(name)")
            }
        }
    }

    @Test("kernels prints a table with the ceilings")
    func kernelsTable() throws {
        let ending = try Program.mmbert.run(Self.tinyKernels)
        #expect(ending.exitCode == 0, "\(ending.messages)")
        for part in ["ceilings: copy", "GeGLU, backward", "attention, local, forward", "GFLOP/s"] {
            #expect(ending.output.contains(part), "lacks \(part): \(ending.output)")
        }
    }

    @Test("step measures bf16 anywhere where operands may be widened")
    func widenedStep() throws {
        let report = try object(Self.tinyStep + ["--precision", "bf16", "--widened"])
        #expect(report["precision"] as? String == "bf16")
        #expect(try #require(report["tokens_per_second"] as? Double) > 0)
    }

    @Test(
        "refuses numbers that no machine and no integer holds",
        arguments: [
            ("step --context", "give at most 1048576."),
            ("step --sequences", "give at most 1048576."),
            ("step --sequences 1048576 --context 17", "give steps of at most 16777216 tokens."),
            ("kernels --vocabulary", "give at most 4000000."),
            ("step --steps", "give at most 1000000."),
            ("loader shards --context", "give at most 1048576."),
            ("loader shards --microbatch", "give at most 16777216."),
            ("loader shards --threads", "give at most 1024."),
            ("encode minilm --tokens", "give at most 16777216."),
            ("exchange --parameters", "give at most 100000000000."),
        ])
    func largeNumbers(line: String, message: String) throws {
        let words = line.split(separator: " ").map { String($0) }
        let number = words.last?.hasPrefix("--") == true ? ["\(Int.max)"] : []
        let ending = try Program.mmbert.run(["bench"] + words + number)
        #expect(ending.exitCode == 2 && ending.output.isEmpty)
        #expect(ending.messages.contains(message), "\(ending.messages)")
    }

    @Test(
        "tells what is wrong with an option, with exit code 2",
        arguments: [
            (["--mask", "0"], "--mask 0.0: give a share above 0"),
            (["--steps", "0"], "--steps 0: give 1 or more"),
            (["--precision", "fp8"], "fp8"), (["--size", "huge"], "huge"),
        ])
    func mistakes(options: [String], message: String) throws {
        let ending = try Program.mmbert.run(["bench", "step"] + options)
        #expect(ending.exitCode == 2)
        #expect(ending.messages.contains(message), "\(ending.messages)")
        #expect(ending.output.isEmpty)
    }
}
