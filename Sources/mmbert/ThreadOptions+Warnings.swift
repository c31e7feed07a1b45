import Foundation
import Host
import Inference
import Programs
import Reporting

extension ThreadOptions {
    /// Tells on standard error what the environment lets less run than the processor has, for work
    /// in `precision`.
    func tellWarnings(for precision: Precision) {
        let warnings = Processor.current.warnings(
            for: precision, threads: count, environment: ProcessInfo.processInfo.environment)
        for warning in warnings { tell("warning: \(warning)") }
    }
}
