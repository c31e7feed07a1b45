import ArgumentParser
import Diagnostics
import Host
import TensorCore

/// Throws for the first of these options whose value is below the least it may have.
func checkAtLeast(_ options: [(name: String, value: Int, least: Int)]) throws {
    for (name, value, least) in options where value < least {
        throw ValidationError("\(name) \(value): give \(least) or more.")
    }
}

/// Throws where `--mask` is no share of a batch.
func checkMask(_ mask: Double) throws {
    guard mask > 0, mask <= 1 else {
        throw ValidationError("--mask \(mask): give a share above 0, at most 1.")
    }
}

extension Processor {
    /// The precision whose products are the fastest here.
    var fastPrecision: Precision { supports(.bf16) ? .bf16 : .fp32 }
}

/// Throws where the machine is not fast at the products that are to be measured.
func checkProducts(of precision: Precision, on processor: Processor) throws {
    guard processor.supports(precision) else {
        throw InputError(
            at: "--precision", expected: "fp32 on this machine", found: precision.rawValue,
            remedy: "Here are no bf16 products; measure with --precision fp32.")
    }
}
