import Encoders
import TensorCore

/// How long a stage takes, from a calibration.
public struct CostPlan: Encodable, Sendable, Equatable {
    /// Tokens a second at the full batch size, on one machine.
    public let tokensPerSecond: Double
    /// Days on one machine like this.
    public let days: Double
    /// Days on all machines of the plan.
    public let daysOnMachines: Double

    private static let secondsPerDay = 86_400.0

    /// The cost of `stage`.
    ///
    /// A microbatch takes its operations at the measured rates, a step its machine's largest share
    /// of the microbatches and the optimizer's time. The exchange of gradients is not counted.
    init(
        _ stage: StagePlan, configuration: ModernBERTConfiguration, calibration: Calibration,
        machines: Int
    ) {
        let operations = configuration.operationsPerToken(
            length: stage.sequenceLength, scored: stage.meanMaskRatio)
        let microbatch =
            Double(stage.microbatchTokens)
            * calibration.seconds(of: operations, context: stage.context)
        let optimizer = Double(configuration.parameterCount) / calibration.parametersPerSecond
        func seconds(machines: Int) -> Double {
            stage.batches.reduce(0) { sum, segment in
                let share = (segment.microbatches + machines - 1) / machines
                return sum + Double(segment.steps) * (Double(share) * microbatch + optimizer)
            }
        }
        let full = stage.batches.last?.microbatches ?? 1
        tokensPerSecond =
            Double(full * stage.microbatchTokens) / (Double(full) * microbatch + optimizer)
        days = seconds(machines: 1) / Self.secondsPerDay
        daysOnMachines = seconds(machines: machines) / Self.secondsPerDay
    }
}
