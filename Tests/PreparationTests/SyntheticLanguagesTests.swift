import Formats
import Foundation
import Preparation
import TestSupport
import Testing

@Suite struct SyntheticLanguagesTests {
    private func words(_ language: Int, of world: SyntheticLanguages, documents: Int) -> [String] {
        world.documents(of: world.languages[language]).prefix(documents).flatMap { document in
            String(decoding: document, as: UTF8.self).lowercased()
                .split { !$0.isLetter }.map(String.init)
        }
    }

    @Test func `the same seed gives the same files, another seed other ones`() throws {
        let folder = try TemporaryFolder()
        for (name, seed, threads) in [("a", 1, 1), ("b", 1, 2), ("c", 2, 2)]
            as [(String, UInt64, Int)]
        {
            _ = try SyntheticLanguages(count: 9, seed: seed)
                .write(bytes: 200_000, to: folder.path(name), threads: threads)
        }
        let files = try ["a", "b", "c"].map { name in
            try Folder.contents(of: folder.path(name)).map {
                try Data(contentsOf: URL(filePath: folder.path("\(name)/\($0)")))
            }
        }
        #expect(files[0].count == 10)
        #expect(files[0] == files[1])
        #expect(files[0] != files[2])
    }

    @Test func `every one of two thousand languages has its own code in private use`() {
        let codes = SyntheticLanguages(count: 2000, seed: 3).languages.map(\.code)
        #expect(Set(codes).count == 2000)
        #expect(
            codes.allSatisfy { code in
                code.wholeMatch(of: /q[a-t][a-z]_[A-Z][a-z]{3}/) != nil
            })
    }

    @Test func `sizes add up and fall from large to small`() {
        let world = SyntheticLanguages(count: 40, seed: 1)
        let sizes = world.sizes(total: 20_000_000)
        #expect(abs(sizes.reduce(0, +) - 20_000_000) <= 40)
        #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(sizes[0] > 80 * sizes[39])
        #expect(SyntheticLanguages(count: 1, seed: 1).sizes(total: 1000) == [1000])
    }

    @Test func `languages like other sources have their names and relative sizes`() throws {
        let sources = [("books", 3_000), ("deu_Latn", 60_000), ("xho_Latn", 1)]
        let world = SyntheticLanguages(
            like: sources.map { (name: $0.0, tokens: $0.1) }, seed: 1)
        #expect(world.languages.map(\.code) == ["deu_Latn", "books", "xho_Latn"])
        let folder = try TemporaryFolder()
        let written = try world.write(bytes: 126_000, to: folder.path("text"), threads: 2)
        #expect(written[0].bytes >= 119_000 && written[0].bytes < 140_000)
        #expect(written[1].bytes >= 5900 && written[1].bytes < 20_000)
        #expect(written[2].documents == 1)
        #expect(try Folder.exists(folder.path("text/books.jsonl.zst")))
    }

    @Test func `sisters share words, strangers do not`() {
        let world = SyntheticLanguages(count: 30, seed: 4)
        let latin = world.languages.indices.filter { world.languages[$0].code.hasSuffix("Latn") }
        let vocabularies = Dictionary(
            uniqueKeysWithValues: latin.map {
                ($0, Set(words($0, of: world, documents: 60).filter { $0.count > 3 }))
            })
        var sisters: [Double] = []
        var strangers: [Double] = []
        for (one, first) in vocabularies {
            for (other, second) in vocabularies where one < other {
                let share = Double(first.intersection(second).count) / Double(first.count)
                let related = world.languages[one].family == world.languages[other].family
                if related { sisters.append(share) } else { strangers.append(share) }
            }
        }
        func mean(_ shares: [Double]) -> Double { shares.reduce(0, +) / Double(shares.count) }
        #expect(!sisters.isEmpty && !strangers.isEmpty)
        #expect(mean(sisters) > 4 * mean(strangers))
    }

    @Test func `few words are common and many are rare`() {
        let world = SyntheticLanguages(count: 8, seed: 6)
        let words = words(0, of: world, documents: 400)
        var counts: [String: Int] = [:]
        for word in words { counts[word, default: 0] += 1 }
        let common = counts.values.sorted(by: >)
        #expect(common.count > 700)
        #expect(Double(common.prefix(50).reduce(0, +)) > 0.4 * Double(words.count))
        #expect(common[200] * 5 < common[10])
    }

    @Test(arguments: Script.known.indices)
    func `every script writes every sound`(index: Int) {
        let script = Script.known[index]
        for first in Phoneme(0)..<31 {
            for second in Phoneme(0)..<31 {
                let written = script.written([first, 24, second])
                let text = String(validating: written, as: UTF8.self)
                #expect(text?.isEmpty == false)
                #expect(text?.contains("\u{fffd}") == false)
                #expect(!written.contains(0x20))
            }
        }
    }

    @Test func `sound changes apply by place, in every word`() {
        let voicing = SoundChange("ptk", "bdg", .betweenVowels)
        #expect(voicing.applied(to: Phonemes.named("pataka")) == Phonemes.named("padaga"))
        let loss = SoundChange("ae", "--", .atEnd, shortestWord: 4)
        #expect(loss.applied(to: Phonemes.named("pata")) == Phonemes.named("pat"))
        #expect(loss.applied(to: Phonemes.named("pa")) == Phonemes.named("pa"))
        let softening = SoundChange("k", "č", .beforeFrontVowel)
        #expect(softening.applied(to: Phonemes.named("kakik")) == Phonemes.named("kačik"))
        #expect(SoundChange("h", "-").applied(to: Phonemes.named("hh")) == Phonemes.named("hh"))
    }

    @Test func `what was written is what the report says`() throws {
        let folder = try TemporaryFolder()
        let world = SyntheticLanguages(count: 12, seed: 7)
        let written = try world.write(bytes: 150_000, to: folder.path("texts"), threads: 2)
        for (source, report) in zip(try TextSearch([folder.path("texts")]).sources, written) {
            var reader = DocumentReader(source)
            while try reader.next() != nil {}
            #expect(source.language == report.code)
            #expect(reader.report.documents == report.documents)
            #expect(reader.report.bytes == report.bytes)
            #expect(reader.report.troubles.isEmpty)
        }
    }
}
