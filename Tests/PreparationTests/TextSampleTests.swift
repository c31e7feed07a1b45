import Preparation
import Synchronization
import TestSupport
import Testing
import Tokenization

@Suite struct TextSampleTests {
    @Test func `quotas follow the temperature and never exceed what is there`() {
        #expect(TextSample.quotas(of: [100, 400], total: 100, temperature: 1) == [20, 80])
        #expect(TextSample.quotas(of: [100, 400], total: 90, temperature: 0.5) == [30, 60])
        #expect(TextSample.quotas(of: [100, 400], total: 100, temperature: 0) == [50, 50])
        #expect(TextSample.quotas(of: [10, 400, 400], total: 110, temperature: 0) == [10, 50, 50])
        #expect(TextSample.quotas(of: [10, 20], total: 100, temperature: 0.5) == [10, 20])
        #expect(TextSample.quotas(of: [0, 20], total: 10, temperature: 0) == [0, 10])
    }

    @Test func `the usual sample is a tenth of the text, within bounds`() {
        #expect(TextSample.usualSize(of: 1_000) == 10_000_000)
        #expect(TextSample.usualSize(of: 150_000_000) == 15_000_000)
        #expect(TextSample.usualSize(of: 20_000_000_000) == 1_000_000_000)
    }

    @Test func `long lines are cut at spaces, else between characters`() {
        let words = Array(String(repeating: "abcd ", count: 2000).utf8)
        let pieces = TextSample.pieces(of: words[...])
        #expect(pieces.flatMap { $0 } == words)
        #expect(pieces.allSatisfy { $0.count <= 4192 })
        #expect(pieces.dropFirst().allSatisfy { $0.first == 0x20 })
        let signs = Array(String(repeating: "日", count: 3000).utf8)
        let cut = TextSample.pieces(of: signs[...])
        #expect(cut.flatMap { $0 } == signs)
        #expect(cut.allSatisfy { $0.count % 3 == 0 })
        #expect(TextSample.pieces(of: []).isEmpty)
    }

    @Test func `a sample is balanced and close to its size`() throws {
        let folder = try TemporaryFolder()
        _ = try SyntheticLanguages(count: 6, seed: 2)
            .write(bytes: 600_000, to: folder.path("texts"), threads: 2)
        let sources = try TextSearch([folder.path("texts")]).sources
        let sample = try TextSample(of: sources, bytes: 120_000, temperature: 0)
        // A line is at most a few kB, so each share is exact to about that.
        #expect(sample.shares.allSatisfy { abs($0.sampledBytes - 20_000) < 3_000 })
        #expect(sample.words.bytes == sample.shares.reduce(0) { $0 + $1.sampledBytes })
        let all = try TextSample(of: sources, bytes: 10_000_000, temperature: 0.5)
        #expect(all.shares.allSatisfy { Double($0.sampledBytes) > 0.9 * Double($0.bytes) })
    }

    @Test func `a sample without a word says why there is none`() throws {
        let folder = try TemporaryFolder()
        func reason(_ text: String, bytes: Int) throws -> String {
            try folder.write(text, to: "texts/deu_Latn.txt")
            let sources = try TextSearch([folder.path("texts")]).sources
            let sample = try TextSample(of: sources, bytes: bytes, temperature: 0.5)
            #expect(sample.words.isEmpty)
            return "\(sample.emptiness(at: "texts", bytes: bytes, reading: sample.report))"
        }
        let lines = String(repeating: "twenty bytes of text\n", count: 50)
        #expect(
            try reason(lines, bytes: 5).hasPrefix(
                "--sample 5: expected bytes for a line or more, since lines are taken whole, found "
                    + "too few for any of 1 kB of text in 1 language. Ask for more"))
        #expect(
            try reason("a \u{2585}\n", bytes: 100).contains("found it in every line of the sample"))
        #expect(try reason("\n", bytes: 100).contains("expected documents with text, found none"))
    }

    @Test func `threads change nothing, in part of the text or all of it`() throws {
        let folder = try TemporaryFolder()
        _ = try SyntheticLanguages(count: 3, seed: 3)
            .write(bytes: 200_000, to: folder.path("texts"), threads: 2)
        let sources = try TextSearch([folder.path("texts")]).sources
        for size in [50_000, 10_000_000] {
            let one = try TextSample(of: sources, bytes: size, temperature: 0.5)
            let four = try TextSample(of: sources, bytes: size, temperature: 0.5, threads: 4)
            #expect(one.shares == four.shares)
            #expect(one.report == four.report)
            let training = TokenizerTraining(vocabularySize: 700)
            #expect(try training.train(on: one.words) == training.train(on: four.words))
        }
    }

    @Test func `reading tells how far it is, and that text is measured first`() throws {
        let folder = try TemporaryFolder()
        _ = try SyntheticLanguages(count: 3, seed: 4)
            .write(bytes: 300_000, to: folder.path("texts"), threads: 2)
        let sources = try TextSearch([folder.path("texts")]).sources
        let told = Mutex<[TextSample.Progress]>([])
        let sample = try TextSample(of: sources, bytes: 100_000, temperature: 1) { now in
            told.withLock { $0.append(now) }
        }
        let steps = told.withLock { $0 }
        let second = try #require(steps.lastIndex { $0.isMeasuring }) + 1
        #expect(steps.count > second)
        for last in [steps[second - 1], steps[steps.count - 1]] {
            #expect(last.fileBytes == last.totalFileBytes)
            #expect(last.textBytes == sample.report.bytes)
        }
        #expect(!steps[second].isMeasuring)
    }
}
