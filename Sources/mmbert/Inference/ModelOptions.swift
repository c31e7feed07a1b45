import ArgumentParser
import Foundation
import Host
import Inference
import Programs
import Reporting

/// The model that `fill-mask`, `embed` and `score` use.
struct ModelOptions: ParsableArguments {
    /// What products multiply; `auto` for what is best on this machine.
    enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
        case auto, fp32, bf16

        var precision: Precision? { Precision(rawValue: rawValue) }
    }

    @Option(
        help: .init(
            "The model's folder: config.json, model.safetensors, a tokenizer.",
            valueName: "folder"))
    var model: String
    @OptionGroup var threads: ThreadOptions
    @Option(
        help: "What products multiply: fp32, bf16, or auto for bf16 where the processor has it.")
    var precision: PrecisionChoice = .auto
    @Option(
        help: .init(
            "Tokens that go through the encoder together; more need more memory. (default: 4096)",
            valueName: "count"))
    var batchTokens: Int?

    func validate() throws {
        try checkAtLeast([("--batch-tokens", batchTokens ?? 1, 1)])
    }

    /// Loads the model, and warns of what slows it down.
    func load() throws -> EncoderModel {
        if precision == .bf16, !Processor.current.supports(.bf16) {
            tell("warning: this processor has no bf16 products; computing in fp32.")
        }
        let model = try EncoderModel(
            folder: model, precision: precision.precision, threads: threads.count)
        threads.tellWarnings(for: model.precision)
        if let batchTokens { model.batchTokens = batchTokens }
        return model
    }
}

extension EncoderModel {
    /// `fp32, 2 threads`.
    var computation: String { "\(precision), \(counted(threads, "thread"))" }
}
