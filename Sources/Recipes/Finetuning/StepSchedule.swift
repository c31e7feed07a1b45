import Curriculum

/// The learning rate over the steps of a run: a linear warm-up, then a decay to the end.
public struct StepSchedule: Sendable, Equatable {
    /// How long the warm-up is.
    public enum Warmup: Sendable, Equatable {
        /// This share of all steps, rounded up.
        case share(Double)
        /// This many steps.
        case steps(Int)
    }

    /// The highest rate.
    public var peak = 2e-5
    /// The warm-up.
    public var warmup = Warmup.share(0.06)
    /// The curve of the decay.
    public var shape = LearningRateSchedule.Shape.linear
    /// The rate behind the last step as a share of the peak.
    public var finalFactor = 0.0

    /// The rate of step `step`, from 0, of `total`: in the warm-up step / warm-up, so that the
    /// first step's is 0, as in transformers.
    public func rate(at step: Int, of total: Int) -> Double {
        schedule(of: total).rate(at: step, of: total)
    }

    /// Steps of the warm-up of a run of `total` steps.
    public func warmupSteps(of total: Int) -> Int {
        switch warmup {
        case .share(let share): Int((share * Double(total)).rounded(.up))
        case .steps(let steps): min(steps, total)
        }
    }

    private func schedule(of total: Int) -> LearningRateSchedule {
        LearningRateSchedule(
            peak: peak, warmupTokens: warmupSteps(of: total), shape: shape,
            finalFactor: finalFactor)
    }
}

extension StepSchedule {
    static var form: Form<StepSchedule> {
        let peak = Form<Double>.positive(
            "a learning rate above 0", remedy: "Write it like 2e-5.", upTo: 1e38)
        let shapes: [LearningRateSchedule.Shape] = [
            .constant, .linear, .cosine, .oneMinusSquareRoot,
        ]
        return .section("a learning rate", new: StepSchedule(), familiar: familiarKeys) {
            Key("peak", \.peak, peak)
            Key("warmup", \.warmup, Warmup.form)
            Key("shape", \.shape, .one(of: shapes.map { ($0.rawValue, $0) }))
            Key(
                "final_factor", \.finalFactor,
                .share(of: "the peak that is left at the end", such: "0.1"))
        }
    }

    private static var familiarKeys: [String: String] {
        [
            "warmup_ratio": "Write warmup: 6%.", "warmup_steps": "Write warmup: 500.",
            "lr_scheduler_type": "Write shape.",
        ]
    }
}

extension StepSchedule.Warmup {
    /// `6%` or a number of steps.
    fileprivate static var form: Form<StepSchedule.Warmup> {
        .scalar(
            expected: "a share of the steps such as 6%, or a number of steps",
            remedy: "Write it like 6% or 500.",
            write: { warmup in
                switch warmup {
                case .share(let share): .text("\(Quantity.text(share * 100))%")
                case .steps(let steps): .count(steps)
                }
            },
            parse: { text in
                guard text.hasSuffix("%") else {
                    return Quantity.integer(text).flatMap {
                        0...1_000_000_000 ~= $0 ? .steps($0) : nil
                    }
                }
                let number = text.dropLast().trimmingSuffixSpace
                return Quantity.number(number).flatMap {
                    0...100 ~= $0 ? .share($0 / 100) : nil
                }
            })
    }
}

extension Substring {
    /// Without spaces at its end: `6 %`.
    fileprivate var trimmingSuffixSpace: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
