import Pages
import Testing

@Suite("Axes of pictures")
struct ValueScaleTests {
    @Test(
        "A logarithmic axis has several ticks, but not too many, whatever it spans",
        arguments: [1.05, 1.3, 2, 3.1, 8, 12, 40, 99, 1e3, 3e4, 1e7, 1e12])
    func logarithmicTicks(ratio: Double) {
        for smallest in [1e-7, 0.03, 0.8, 1, 4, 6.3, 62, 1e9] {
            let scale = ValueScale(logarithmic: smallest, smallest * ratio)
            #expect((2...7).contains(scale.ticks.count), "\(smallest) × \(ratio): \(scale.ticks)")
            #expect(scale.ticks == scale.ticks.sorted())
            for tick in scale.ticks {
                #expect(smallest * (1 - 1e-6)...smallest * ratio * (1 + 1e-6) ~= tick)
            }
        }
    }

    @Test("Ticks are 1, 2 and 5 times powers of ten, or 1 and 3, or rounder ones of a short span")
    func tickValues() {
        #expect(ValueScale(logarithmic: 4, 48).ticks == [5, 10, 20])
        #expect(ValueScale(logarithmic: 0.9, 110).ticks.map(rounded) == [1, 3, 10, 30, 100])
        #expect(ValueScale(logarithmic: 2, 8.5).ticks == [2, 4, 6, 8])
        #expect(ValueScale(upTo: 0.0031, count: 3).ticks.map(rounded) == [0, 0.002, 0.004])
    }

    private func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }

    @Test("Values stand by their ratio or their difference, and never beyond the axis")
    func places() {
        let ratios = ValueScale(logarithmic: 1, 100)
        #expect(abs(ratios.part(10) - 0.5) < 1e-12)
        #expect(ratios.part(0) == 0 && ratios.part(1e9) == 1)
        let differences = ValueScale(upTo: 8, count: 4)
        #expect(differences.part(2) == 0.25 && differences.part(-1) == 0)
    }

    @Test("Extreme values end no program", arguments: [0, -1e300, 1e-300, 1e308])
    func extremes(value: Double) {
        for other in [value, -value, value / 2, 1] {
            #expect(ValueScale(logarithmic: value, other).part(value).isFinite)
            #expect(ValueScale(upTo: value).part(other).isFinite)
            #expect(ValueScale(to: value, count: 3).part(other).isFinite)
        }
        #expect(
            whole(value) <= .max && whole(.nan) == 0
                && whole(.infinity) == 9_000_000_000_000_000_000)
    }
}
