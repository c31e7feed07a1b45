import Probes
import Testing

@Suite struct MersenneTwisterTests {
    private struct Shuffle: Decodable {
        var seed: UInt32
        var count: Int
        var words: [UInt32]
        var order: [Int]
        var again: [Int]
    }

    private struct Samples: Decodable {
        var labels: [Int]
        var sets: [[Int]]
        var perLabel: Int
        var experiments: [[Int]]
        var ofSets: [[Int]]
    }

    @Test func theFirstWordOfTheCommonSeedIsKnown() {
        // numpy.random.RandomState(5489), the reference program's seed; its first output.
        var generator = MersenneTwister(seed: 5489)
        #expect(generator.word() == 3_499_211_612)
    }

    @Test func shufflesAreNumpys() throws {
        for shuffle in try cases("shuffles", as: Shuffle.self) {
            var order = Array(0..<shuffle.count)
            var generator = MersenneTwister(seed: shuffle.seed)
            generator.shuffle(&order)
            #expect(order == shuffle.order)
            generator = MersenneTwister(seed: shuffle.seed)
            generator.shuffle(&order)
            #expect(order == shuffle.again)
        }
    }

    @Test func wordsAreNumpys() throws {
        for shuffle in try cases("shuffles", as: Shuffle.self) {
            var generator = MersenneTwister(seed: shuffle.seed)
            #expect(shuffle.words.map { _ in generator.word() } == shuffle.words)
        }
    }

    @Test func samplesOfLabelsAreThoseThatMTEBTakes() throws {
        for samples in try cases("samples", as: Samples.self) {
            var sampling = LabelSampling()
            sampling.perLabel = samples.perLabel
            #expect(sampling.samples(of: samples.labels) == samples.experiments)
            #expect(sampling.samples(ofSets: samples.sets) == samples.ofSets)
        }
    }

    @Test func anEmptyListAndOneElementStay() {
        var generator = MersenneTwister(seed: 1)
        var none: [Int] = []
        var one = [5]
        generator.shuffle(&none)
        generator.shuffle(&one)
        #expect(none.isEmpty && one == [5])
        #expect(generator.integer(upTo: 0) == 0)
    }
}
