import Encoders
import TensorCore

/// How long a stage takes, from a calibration.
public struct CostPlan: Encodable, Sendable, Equatable {
    /// Tokens a second at the full batch size, on one machine.
    public let tokensPerSecond: Double
    /// Days on one machine like this.
    public let days: Double
    /// Days on all machines of the plan, by its ranks where it has some.
    public let daysOnMachines: Double

    private static let secondsPerDay = 86_400.0

    /// The cost of `stage`.
    ///
    /// A microbatch takes its operations at the measured rates, a step its machine's largest share
    /// of the microbatches and the optimizer's time. The exchange of gradients is not counted, unless
    /// the stage is planned for ranks, whose days then are those of all machines.
    init(_ stage: StagePlan, time: StepTime, machines: Int) {
        func seconds(machines: Int) -> Double {
            stage.batches.reduce(0) { sum, segment in
                let share = (segment.microbatches + machines - 1) / machines
                return sum + Double(segment.steps) * time.seconds(microbatches: share)
            }
        }
        let full = stage.batches.last?.microbatches ?? 1
        tokensPerSecond =
            Double(full * stage.microbatchTokens) / time.seconds(microbatches: full)
        days = seconds(machines: 1) / Self.secondsPerDay
        daysOnMachines = stage.exchange?.days ?? seconds(machines: machines) / Self.secondsPerDay
    }
}

/// How long the parts of a stage's steps take on one machine.
struct StepTime: Sendable {
    /// Seconds of a microbatch, forward and backward.
    let microbatch: Double
    /// Seconds of an update of all parameters.
    let update: Double

    /// The times of the steps of `stage`, by the measured rates.
    init(
        _ stage: StagePlan, configuration: ModernBERTConfiguration, calibration: Calibration
    ) {
        let operations = configuration.operationsPerToken(
            length: stage.sequenceLength, scored: stage.meanMaskRatio)
        microbatch =
            Double(stage.microbatchTokens)
            * calibration.seconds(of: operations, context: stage.context)
        update = Double(configuration.parameterCount) / calibration.parametersPerSecond
    }

    /// Times measured earlier.
    init(microbatch: Double, update: Double) {
        (self.microbatch, self.update) = (microbatch, update)
    }

    /// Seconds of a step of so many microbatches.
    func seconds(microbatches: Int) -> Double { Double(microbatches) * microbatch + update }
}
