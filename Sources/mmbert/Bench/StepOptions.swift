import ArgumentParser
import Benchmarks
import Diagnostics
import Foundation
import Host
import Programs
import Reporting

/// The step that a bench measures, or whose kernels it measures, and what it runs on.
struct StepOptions: ParsableArguments {
    @Option(help: "The model: tiny, small or base.") var size: StepShape.Size = .small
    @Option(help: .init("Tokens of a sequence.", valueName: "tokens")) var context = 512
    @Option(help: .init("Sequences of a step.", valueName: "count")) var sequences = 8
    @Option(help: .init("The share of tokens that is masked and scored.", valueName: "ratio"))
    var mask = 0.3
    @Option(
        name: .customLong("precision"),
        help: "What products multiply: bf16 or fp32. (default: bf16 where it is fast)")
    var chosenPrecision: Precision?
    @Option(help: .init("Tokens of the vocabulary.", valueName: "count")) var vocabulary = 256_000
    @OptionGroup var threads: ThreadOptions

    /// What products multiply: what was asked for, or what is fastest on this machine.
    var precision: Precision {
        chosenPrecision ?? (Processor.current.supports(.bf16) ? .bf16 : .fp32)
    }

    /// Tokens of the largest step.
    private static let mostTokens = 1 << 24

    func validate() throws {
        try checkAtLeast([
            ("--context", context, 1), ("--sequences", sequences, 1),
            ("--vocabulary", vocabulary, 10),
        ])
        try checkAtMost([
            ("--context", context, 1 << 20), ("--sequences", sequences, 1 << 20),
            ("--vocabulary", vocabulary, 4_000_000),
        ])
        guard sequences * context <= Self.mostTokens else {
            throw ValidationError(
                "--sequences \(sequences) --context \(context): give steps of at most "
                    + "\(Self.mostTokens) tokens.")
        }
        guard mask > 0, mask <= 1 else {
            throw ValidationError("--mask \(mask): give a share above 0, at most 1.")
        }
    }

    /// The shape of the step.
    func shape(variesLengths: Bool = false) -> StepShape {
        StepShape(
            size: size, vocabulary: vocabulary, context: context, sequences: sequences,
            variesLengths: variesLengths, maskRatio: mask)
    }

    /// Prints what the measurement runs on, and what slows it down, on standard error.
    func tellMachine() {
        threads.tellWarnings(for: precision)
        tell(Processor.current.description(of: precision, threads: threads.count))
    }

    /// Throws where the machine is not fast at the products that are to be measured.
    func checkProducts() throws {
        guard Processor.current.supports(precision) else {
            throw InputError(
                at: "--precision", expected: "fp32 on this machine", found: precision.rawValue,
                remedy: "This processor has no bf16 products; measure with --precision fp32.")
        }
    }
}

extension StepShape.Size: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
