import Recipes
import Testing

@Suite("Quantities")
struct QuantityTests {
    @Test(
        "Whole numbers read exactly, however they are written",
        arguments: [
            ("0", 0), ("7", 7), ("10_000", 10_000), ("16k", 16_000), ("393k", 393_000),
            ("4.7M", 4_700_000), ("60B", 60_000_000_000), ("2.3T", 2_300_000_000_000),
            ("1.50k", 1500), ("1e3", 1000), ("2.5e1", 25), ("4_718_592", 4_718_592),
            ("9223372036854775807", Int.max), ("-3", -3), ("1.0", 1), ("120e-1", 12),
        ])
    func integers(text: String, value: Int) {
        #expect(Quantity.integer(text) == value)
    }

    @Test(
        "What is not a whole number is refused",
        arguments: [
            "", "k", "1.5", "1e-3", "12kk", "1_", "_1", "1.", ".5", "12 k", "0x10", "2.3m", "1e",
            "9223372036854775808", "1e30", "--1", "1k2", "nan", "inf", "1e99999", "３",
        ])
    func notIntegers(text: String) {
        #expect(Quantity.integer(text) == nil)
    }

    @Test(
        "Numbers read correctly rounded",
        arguments: [
            ("8e-4", 8e-4), ("0.3", 0.3), ("-1.5", -1.5), ("160_000", 160_000), ("10k", 1e4),
            ("1e-8", 1e-8), ("2.3T", 2.3e12), ("+2", 2),
        ])
    func numbers(text: String, value: Double) {
        #expect(Quantity.number(text) == value)
    }

    @Test("What is not a finite number is refused", arguments: ["abc", "", "1e400", "nan", "0.3x"])
    func notNumbers(text: String) {
        #expect(Quantity.number(text) == nil)
    }

    @Test(
        "Whole numbers are written short where that is exact and short",
        arguments: [
            (0, "0"), (10, "10"), (999, "999"), (1000, "1k"), (1024, "1024"),
            (393_216, "393216"), (4_700_000, "4.7M"), (2_300_000_000_000, "2.3T"),
            (4_718_592, "4718592"), (10_500, "10.5k"), (-5000, "-5000"), (Int.max, "\(Int.max)"),
        ])
    func shortText(value: Int, text: String) {
        #expect(Quantity.text(value) == text)
        #expect(Quantity.integer(text) == value)
    }

    @Test(
        "Numbers are written in the fewest digits",
        arguments: [
            (8e-4, "8e-4"), (8e-5, "8e-5"), (1.25e-4, "1.25e-4"), (0.001, "0.001"),
            (-2e-9, "-2e-9"), (1e300, "1e300"), (0.3, "0.3"), (160_000, "160000"), (1, "1"),
        ])
    func numberText(value: Double, text: String) {
        #expect(Quantity.text(value) == text)
        #expect(Quantity.number(text) == value)
    }
}
