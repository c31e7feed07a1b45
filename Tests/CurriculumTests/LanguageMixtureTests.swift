import Curriculum
import Foundation
import Randomness
import Testing

@Suite("Language mixture")
struct LanguageMixtureTests {
    @Test("τ = 1 reads the languages in proportion to their sizes")
    func proportional() {
        let mixture = mixture([700, 200, 100], temperature: 1, tokens: 500)
        expectClose(mixture.portions.map(\.share), [0.7, 0.2, 0.1])
        expectClose(mixture.portions.map(\.tokens), [350, 100, 50])
        expectClose(mixture.portions.map(\.epochs), [0.5, 0.5, 0.5])
    }

    @Test("τ = 0 reads every language equally")
    func uniform() {
        expectClose(
            mixture([700, 200, 100], temperature: 0).portions.map(\.share), [1, 1, 1], over: 3)
    }

    @Test("τ = ½ reads in proportion to square roots")
    func squareRoots() {
        expectClose(mixture([900, 400, 100]).portions.map(\.share), [3, 2, 1], over: 6)
    }

    @Test("What a capped language cannot take is dealt to the others by their weights")
    func oneCap() {
        // Uncapped: 300, 200, 100. The last holds 50 · 1; 550 are left for weights 3 : 2.
        let mixture = mixture([900, 400, 100], maxEpochs: 0.5, tokens: 600)
        expectClose(mixture.portions.map(\.tokens), [350, 200, 50])
        #expect(mixture.portions.map(\.isCapped) == [false, true, true])
        #expect(mixture.shortfall == 0)
    }

    @Test("Where every cap binds, every language is at its cap and the shortfall is reported")
    func infeasible() {
        let mixture = mixture([900, 400, 100], maxEpochs: 2, tokens: 3000)
        expectClose(mixture.portions.map(\.tokens), [1800, 800, 200])
        expectClose(mixture.portions.map(\.share), [18, 8, 2], over: 28)
        expectClose([mixture.shortfall], [200])
    }

    @Test("Exactly enough data leaves no shortfall")
    func exactlyEnough() {
        let mixture = mixture([900, 400, 100], maxEpochs: 2, tokens: 2800)
        expectClose(mixture.portions.map(\.epochs), [2, 2, 2])
        #expect(mixture.shortfall == 0)
    }

    @Test("Fixed shares are set aside, and temperature deals the rest")
    func fixedShares() {
        let sources: [LanguageMixture.Source] = [
            .init(language: "eng_Latn", availableTokens: 10_000, fixedShare: 0.4),
            .init(language: "deu_Latn", availableTokens: 900),
            .init(language: "fao_Latn", availableTokens: 100),
        ]
        let mixture = LanguageMixture(
            sources: sources, sampling: .temperature(0.5), maxEpochs: nil, tokens: 1000)
        expectClose(mixture.portions.map(\.tokens), [400, 450, 150])
        let capped = LanguageMixture(
            sources: sources, sampling: .temperature(0.5), maxEpochs: 0.02, tokens: 210)
        // 84 wanted, 200 allowed; the others hold 18 and 2.
        expectClose(capped.portions.map(\.tokens), [84, 18, 2])
        expectClose([capped.shortfall], [106])
    }

    @Test("UniMax gives every language the same, and small ones no more than their cap")
    func uniMax() {
        let sources: [LanguageMixture.Source] = [
            .init(language: "eng_Latn", availableTokens: 10_000),
            .init(language: "deu_Latn", availableTokens: 6_000),
            .init(language: "eng_Latn", availableTokens: 30_000),
            .init(language: "fao_Latn", availableTokens: 100),
        ]
        let mixture = LanguageMixture(
            sources: sources, sampling: .uniMax, maxEpochs: 4, tokens: 2400)
        // 400 of fao_Latn, 1000 of each of the others; English by what its sources have.
        expectClose(mixture.portions.map(\.tokens), [250, 1000, 750, 400])
        #expect(mixture.portions.map(\.isCapped) == [false, false, false, true])
        #expect(mixture.shortfall == 0)
    }

    @Test("A language without tokens gets nothing")
    func emptyLanguage() {
        let portions = mixture([100, 0], temperature: 0).portions
        expectClose(portions.map(\.share), [1, 0])
        #expect(portions[1].epochs == 0)
    }

    @Test("A single language gets everything")
    func single() {
        expectClose(mixture([5], tokens: 100).portions.map(\.share), [1])
    }

    /// Bisection of the water level, which shares nothing with the one pass of the code.
    @Test("Random mixtures agree with a bisection of the water level", arguments: 0..<40)
    func bisection(trial: Int) {
        let generator = CounterGenerator(seed: 3, purpose: "mixtures")
        func uniform(_ position: Int) -> Double {
            generator.uniform(at: UInt64(position), stream: UInt64(trial))
        }
        let sizes = (0..<(1 + trial * 7)).map { Int(pow(10, 1 + 8 * uniform($0))) }
        let temperature = uniform(1_000_000)
        let maxEpochs = 0.5 + 5 * uniform(1_000_001)
        let total = Int(Double(sizes.reduce(0, +)) * maxEpochs * uniform(1_000_002))
        let mixture = mixture(
            sizes, temperature: temperature, maxEpochs: maxEpochs, tokens: total)

        func amounts(_ level: Double) -> [Double] {
            sizes.map { min(level * pow(Double($0), temperature), maxEpochs * Double($0)) }
        }
        var (low, high) = (0.0, 1e12)
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if amounts(middle).reduce(0, +) < Double(total) { low = middle } else { high = middle }
        }
        let tokens = mixture.portions.map(\.tokens)
        expectClose(tokens, amounts(low), tolerance: 1e-9 * Double(total))
        expectClose([tokens.reduce(0, +)], [Double(total)], tolerance: 1e-9 * Double(total))
        expectClose([mixture.portions.map(\.share).reduce(0, +)], [1], tolerance: 1e-12)
    }

    private func mixture(
        _ sizes: [Int], temperature: Double = 0.5, maxEpochs: Double? = nil, tokens: Int = 600
    ) -> LanguageMixture {
        LanguageMixture(
            sources: sizes.enumerated().map { .init(language: "l\($0)", availableTokens: $1) },
            sampling: .temperature(temperature), maxEpochs: maxEpochs, tokens: tokens)
    }

    /// A handful of roundings: 1e-12 of values up to a few thousand.
    private func expectClose(
        _ values: [Double], _ expected: [Double], over divisor: Double = 1,
        tolerance: Double = 1e-9, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(values.count == expected.count, sourceLocation: sourceLocation)
        for (value, expected) in zip(values, expected) {
            #expect(
                abs(value - expected / divisor) <= tolerance, sourceLocation: sourceLocation)
        }
    }
}
