import ArgumentParser
import Diagnostics
import Foundation
import Host
import Inference
import TensorCore

/// What `fill-mask`, `embed` and `score` are told about the model.
struct ModelOptions: ParsableArguments {
    /// What products multiply, or what is best here.
    enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
        case auto, fp32, bf16

        var precision: Precision? { Precision(rawValue: rawValue) }
    }

    @Option(help: "The model's folder: config.json, model.safetensors, a tokenizer.")
    var model: String
    @Option(help: "Worker threads. (default: all cores)") var threads = Cores.usable
    @Option(
        help: "What products multiply: fp32, bf16, or auto for bf16 where the processor has it.")
    var precision: PrecisionChoice = .auto
    @Option(help: "Tokens that go through the encoder together; more need more memory.")
    var batchTokens: Int?

    func validate() throws {
        guard threads >= 1 else { throw ValidationError("--threads \(threads): give 1 or more.") }
        guard batchTokens ?? 1 >= 1 else {
            throw ValidationError("--batch-tokens \(batchTokens ?? 0): give 1 or more.")
        }
    }

    /// Loads the model, and warns of what holds it back.
    func load() throws -> EncoderModel {
        let processor = Processor.current
        if precision == .bf16, !processor.supports(.bf16) {
            tell("warning: this processor has no bf16 products; computing in fp32.")
        }
        let model = try EncoderModel(
            folder: model, precision: precision.precision, threads: threads)
        let warnings = processor.warnings(
            for: model.precision, threads: threads,
            environment: ProcessInfo.processInfo.environment)
        for warning in warnings { tell("warning: \(warning)") }
        if let batchTokens { model.batchTokens = batchTokens }
        return model
    }
}

extension EncoderModel {
    /// `fp32, 2 threads`.
    var computation: String { "\(precision), \(threads) \(threads == 1 ? "thread" : "threads")" }
}
