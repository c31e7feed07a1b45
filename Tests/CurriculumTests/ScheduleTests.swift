import Curriculum
import Foundation
import Testing

@Suite("Schedules")
struct ScheduleTests {
    @Test("A constant ramp is the same everywhere")
    func constantRamp() {
        let ramp = Ramp.constant(0.3)
        #expect(
            [0, 1, 500, 1000, 2000].map { ramp.value(at: $0, of: 1000) }.allSatisfy { $0 == 0.3 })
    }

    @Test("Linear and cosine ramps meet both ends and their middle", arguments: [true, false])
    func risingRamp(isLinear: Bool) {
        let ramp: Ramp = isLinear ? .linear(from: 0.25, to: 0.75) : .cosine(from: 0.25, to: 0.75)
        #expect(ramp.value(at: 0, of: 1000) == 0.25)
        #expect(abs(ramp.value(at: 500, of: 1000) - 0.5) < 1e-15)
        #expect(ramp.value(at: 1000, of: 1000) == 0.75)
        #expect(ramp.value(at: 1001, of: 1000) == 0.75)
        let quarter = isLinear ? 0.375 : 0.25 + 0.5 * (1 - cos(Double.pi / 4)) / 2
        #expect(abs(ramp.value(at: 250, of: 1000) - quarter) < 1e-15)
    }

    @Test("Steps are plateaus of equal length that include both ends")
    func steppedRamp() {
        let ramp = Ramp.steps(3, from: 0.3, to: 0.1)
        let values = [0, 299, 300, 599, 600, 899, 900].map { ramp.value(at: $0, of: 900) }
        for (value, expected) in zip(values, [0.3, 0.3, 0.2, 0.2, 0.1, 0.1, 0.1]) {
            #expect(abs(value - expected) < 1e-15)
        }
    }

    @Test("A switch has its second value from its token on")
    func switchedRamp() {
        let ramp = Ramp.switching(at: 1200, from: 0.3, to: 0.2)
        #expect(
            [0, 1199, 1200, 2300].map { ramp.value(at: $0, of: 2300) } == [0.3, 0.3, 0.2, 0.2])
        #expect(ramp.jumps(of: 2300) == [1200])
        #expect(ramp.jumps(of: 1000) == [])
    }

    @Test(
        "Jumps are the first tokens of new plateaus", arguments: [900, 1000, 7, 2_300_000_000_001])
    func jumps(total: Int) {
        for plateaus in 2...6 {
            let ramp = Ramp.steps(plateaus, from: 0, to: Double(plateaus - 1))
            let jumps = ramp.jumps(of: total)
            #expect(jumps.count == plateaus - 1)
            for (plateau, jump) in jumps.enumerated() {
                #expect(ramp.value(at: jump - 1, of: total) == Double(plateau))
                #expect(ramp.value(at: jump, of: total) == Double(plateau + 1))
            }
        }
        #expect(Ramp.linear(from: 0, to: 1).jumps(of: total) == [])
    }

    @Test("mmBERT small's rate: 4B tokens of warm-up, half from 1.2T on")
    func drop() {
        let schedule = LearningRateSchedule(
            peak: 8e-4, warmupTokens: 4_000_000_000,
            drop: .init(atTokens: 1_200_000_000_000, factor: 0.5))
        let total = 2_300_000_000_000
        #expect(schedule.rate(at: 2_000_000_000, of: total) == 4e-4)
        #expect(schedule.rate(at: 1_199_999_999_999, of: total) == 8e-4)
        #expect(schedule.rate(at: 1_200_000_000_000, of: total) == 4e-4)
        #expect(schedule.rate(at: total, of: total) == 4e-4)
    }

    @Test("A drop lowers what comes after it, a decay too")
    func dropInDecay() {
        let plain = LearningRateSchedule(peak: 1, shape: .linear, finalFactor: 0)
        let dropped = LearningRateSchedule(
            peak: 1, shape: .linear, finalFactor: 0, drop: .init(atTokens: 60, factor: 0.25))
        for tokens in stride(from: 0, through: 100, by: 10) {
            let factor = tokens < 60 ? 1 : 0.25
            #expect(dropped.rate(at: tokens, of: 100) == factor * plain.rate(at: tokens, of: 100))
        }
    }

    @Test("The warm-up rises in a straight line, and a constant rate stays at its peak")
    func warmup() {
        let schedule = LearningRateSchedule(peak: 8e-4, warmupTokens: 3000)
        #expect(schedule.rate(at: 0, of: 10_000) == 0)
        #expect(abs(schedule.rate(at: 1500, of: 10_000) - 4e-4) < 1e-18)
        #expect(schedule.rate(at: 3000, of: 10_000) == 8e-4)
        #expect(schedule.rate(at: 10_000, of: 10_000) == 8e-4)
    }

    @Test("Every decay goes from the peak to its final factor", arguments: decays)
    func decayEnds(shape: LearningRateSchedule.Shape) {
        let schedule = LearningRateSchedule(
            peak: 1, warmupTokens: 100, shape: shape, finalFactor: 0.02)
        #expect(schedule.factor(at: 100, of: 1100) == 1)
        #expect(abs(schedule.factor(at: 1100, of: 1100) - 0.02) < 1e-15)
        let factors = stride(from: 100, through: 1100, by: 10).map {
            schedule.factor(at: $0, of: 1100)
        }
        #expect(zip(factors, factors.dropFirst()).allSatisfy { $0 > $1 })
    }

    @Test("Decays follow their formulas a quarter of the way")
    func decayFormulas() {
        let expected: [(LearningRateSchedule.Shape, Double)] = [
            (.linear, 1 - 0.98 * 0.25), (.oneMinusSquareRoot, 0.02 + 0.98 * 0.5),
            (.cosine, 0.02 + 0.98 * (1 + cos(Double.pi / 4)) / 2),
            (.inverseSquareRoot, 1 / (1 + 0.25 * 2499).squareRoot()),
        ]
        for (shape, factor) in expected {
            let schedule = LearningRateSchedule(peak: 1, shape: shape, finalFactor: 0.02)
            #expect(abs(schedule.factor(at: 250, of: 1000) - factor) < 1e-14)
        }
    }

    @Test("The inverse square root is the root of warm-up over tokens where its end is")
    func inverseSquareRoot() {
        let (warmup, total) = (400, 10_000)
        let schedule = LearningRateSchedule(
            peak: 1, warmupTokens: warmup, shape: .inverseSquareRoot,
            finalFactor: (Double(warmup) / Double(total)).squareRoot())
        for tokens in stride(from: warmup, through: total, by: 300) {
            let expected = (Double(warmup) / Double(tokens)).squareRoot()
            #expect(abs(schedule.factor(at: tokens, of: total) - expected) < 1e-14)
        }
    }

    @Test("A trapezoid stays at its peak until the decay")
    func trapezoid() {
        let schedule = LearningRateSchedule(
            peak: 1, warmupTokens: 100, shape: .linear, decayTokens: 200, finalFactor: 0)
        let factors = [50, 100, 800, 900, 1000].map { schedule.factor(at: $0, of: 1000) }
        #expect(factors == [0.5, 1, 1, 0.5, 0])
    }

    @Test("The clock counts steps and tokens of the run and of the stage")
    func clock() {
        var clock = TokenClock()
        clock.advance(by: 60)
        let before = clock
        clock.advance(by: 50)
        #expect(clock.hasReached(every: 100, since: before))
        #expect(!clock.hasReached(every: 120, since: before))
        clock.beginStage()
        clock.advance(by: 1)
        #expect(clock.step == 3)
        #expect(clock.totalTokens == 111)
        #expect(clock.stageStep == 1)
        #expect(clock.stageTokens == 1)
    }

    static let decays: [LearningRateSchedule.Shape] = [
        .linear, .oneMinusSquareRoot, .cosine, .inverseSquareRoot,
    ]
}
