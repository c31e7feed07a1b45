import Diagnostics
import LabelledText
import TestSupport
import Testing

@Suite("Words with tags are read")
struct CoNLLReaderTests {
    private func read(
        _ path: String, _ layout: TagLayout = .conll, scheme: TagScheme? = nil,
        strict: Bool = false, rules: ReadingRules = ReadingRules()
    ) throws -> (set: [TaggedWords], reader: CoNLLReader) {
        var reader = try CoNLLReader(
            path: path, layout: layout, scheme: scheme, strict: strict, rules: rules)
        var sentences: [TaggedWords] = []
        while let example = try reader.next() { sentences.append(example.content) }
        return (sentences, reader)
    }

    @Test("in CoNLL's columns, parted by spaces, with CRLF and marks of documents")
    func conll() throws {
        let (sentences, reader) = try read(made("tagged/iob2.txt"))
        #expect(
            sentences == [
                TaggedWords(
                    words: ["Tova", "saw", "Old", "River", "."],
                    tags: ["B-PER", "O", "B-LOC", "I-LOC", "O"]),
                TaggedWords(words: ["Lamps"], tags: ["O"]),
            ])
        #expect(reader.scheme == .iob2 && reader.words == 6)
        #expect(reader.counts.labels == ["B-PER": 1, "B-LOC": 1, "I-LOC": 1, "O": 3])
        #expect(reader.counts.passedOver == [.documentMark: 1])
    }

    @Test("refusing IOB1 unless it is named, which becomes IOB2")
    func iob1() throws {
        let path = made("tagged/iob1.txt")
        let error = refusal { try read(path) }
        #expect(error?.location == "\(path):1")
        #expect(error?.found == "IOB1: I- begins spans, in 2 places")
        #expect(error?.remedy.contains("data: {scheme: IOB1}") == true)
        let (sentences, reader) = try read(path, scheme: .iob1)
        #expect(sentences.map(\.tags) == [["B-PER", "B-PER", "O", "B-LOC", "I-LOC"]])
        #expect(reader.scheme == .iob2)
    }

    @Test("with the ends of spans")
    func bioes() throws {
        #expect(try read(made("tagged/bioes.txt.gz")).reader.scheme == .bioes)
        let folder = try TemporaryFolder()
        let path = try folder.write("a\tB-X\nb\tL-X\nc\tU-Y\n", to: "a.txt")
        #expect(try read(path).reader.scheme == .bilou)
        let mixed = try folder.write("a\tB-X\nb\tE-X\nc\tU-Y\n", to: "b.txt")
        #expect(refusal { try read(mixed) }?.location == "\(mixed):3")
    }

    @Test("of WikiANN with the language before each word, if that is named")
    func panx() throws {
        let path = made("tagged/panx.tsv")
        #expect(try read(path, .panx).set.map(\.words) == [["Tova", ":"], ["Lamps"]])
        #expect(refusal { try read(path) }?.found == "“xx:” before every word")
        let folder = try TemporaryFolder()
        #expect(
            refusal { try read(folder.write("Tova\tO\n", to: "a.txt"), .panx) }?.remedy
                == "Name the layout conll.")
    }

    @Test("of Universal NER, whose numbers are no words")
    func uner() throws {
        let path = made("tagged/uner.iob2")
        let set = try LabelledSet(CoNLLReader(path: path, layout: .uner))
        #expect(set.examples.map(\.content.words) == [["Tova", "#1"], ["Lamps"]])
        #expect(set.examples.map(\.id) == ["m-1", "m-2"])
        #expect(set.counts.passedOver == [.comment: 3])
        #expect(refusal { try read(path) }?.remedy == "Name the layout: uner or conll-u.")
    }

    @Test("of CoNLL-U with the spaces between them")
    func conllu() throws {
        let (sentences, reader) = try read(made("tagged/made.conllu"), .conllu)
        #expect(
            sentences == [
                TaggedWords(
                    words: ["Tova", "'s", "da", "l", "."],
                    tags: ["PROPN", "PART", "ADP", "DET", "PUNCT"],
                    spaces: [true, false, true, true, false])
            ])
        #expect(reader.scheme == .plain)
        #expect(reader.counts.passedOver == [.comment: 2, .notAWord: 2])
    }

    @Test("without tags, and with # as a word")
    func untagged() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("Tova\n#\n\nLamps\n", to: "a.tsv")
        let (sentences, reader) = try read(path)
        #expect(sentences.map(\.words) == [["Tova", "#"], ["Lamps"]])
        #expect(sentences.map(\.tags) == [nil, nil] && reader.counts.unlabelled == 2)
        let four = try folder.write("# sent_id = 1\na b c O\n\n# sent_id = 2\nd e f O\n", to: "c")
        #expect(try read(four).set.map(\.words) == [["a"], ["d"]])
        let needed = refusal { try read(path, rules: ReadingRules(needsLabels: true)) }
        #expect(needed?.location == "\(path):1")
        let hash = try folder.write("#\tO\nx\tO\n\n#\tO\n", to: "b.tsv")
        #expect(try read(hash).set.map(\.words) == [["#", "x"], ["#"]])
    }

    @Test("or refused with the line")
    func refused() throws {
        let folder = try TemporaryFolder()
        func error(
            _ text: String, layout: TagLayout = .conll, strict: Bool = false,
            rules: ReadingRules = ReadingRules()
        ) throws -> String {
            let path = try folder.write(text, to: "a.txt")
            let error = refusal { try read(path, layout, strict: strict, rules: rules) }
            return error?.description.replacing(path, with: "a.txt") ?? ""
        }
        #expect(
            try error("a\tO\nb\n").hasPrefix(
                "a.txt:2: expected 2 columns, as the first row, found 1 column."))
        #expect(try error("a\tO\n\tO\n").contains("a.txt:2: expected a word, found an empty"))
        #expect(try error("a\tO\nb\t\n").contains("a.txt:2: expected a tag, found none"))
        #expect(
            try error("a\tB-X\nb\tX\n").contains(
                "a.txt:2: expected O or a tag with a prefix, such as B-X, found “X”"))
        #expect(try error("").contains("found no example"))
        #expect(try error("\n\n").contains("found no example"))
        #expect(
            try error("a\tB-X\n\nb\tI-X\n", strict: true)
                .contains("a.txt:3: expected B- at the beginning of a span"))
        let rules = ReadingRules(labels: try LabelNames(["O", "B-X", "I-X"]))
        #expect(
            try error("a\tB-Y\n", rules: rules)
                .contains("a.txt:1: expected one of the labels O, B-X, I-X, found “B-Y”"))
        #expect(
            try error("1\ta\tO\n", layout: .conllu)
                .contains("a.txt:1: expected 10 columns of conll-u, found 3 columns"))
        let row = "\ta\t_\tNOUN\t_\t_\t_\t_\t_\t_\n"
        #expect(
            try error("1\(row)1\(row)", layout: .conllu)
                .contains("a.txt:2: expected the word's number, 2, found “1”"))
    }

    @Test("without sentences that have a malformed line, where that may be")
    func malformed() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a\tO\n\nb\nc\tO\n\nd\tO\n", to: "a.txt")
        let (sentences, reader) = try read(path, rules: ReadingRules(malformedLines: 1))
        #expect(sentences.map(\.words) == [["a"], ["d"]])
        #expect(reader.counts.passedOver == [.malformed: 1])
    }

    @Test("of the scheme that is named, and no other")
    func named() throws {
        let folder = try TemporaryFolder()
        let plain = try folder.write("a\tNOUN\n", to: "a.txt")
        #expect(refusal { try read(plain, scheme: .iob2) }?.location == "\(plain):1")
        #expect(try read(plain, scheme: .plain).reader.scheme == .plain)
        let outside = try folder.write("a\tO\n", to: "b.txt")
        #expect(try read(outside, scheme: .iob2).reader.scheme == .iob2)
        let bioes = made("tagged/bioes.txt.gz")
        #expect(refusal { try read(bioes, scheme: .bilou) }?.remedy.contains("BIOES") == true)
    }

    @Test(
        "as Python reads the real ones",
        .enabled(if: SharedFolder.has("eval"), "\(SharedFolder.absence)"),
        arguments: RealSet.files(of: "conll"))
    func real(file: RealSet) throws {
        file.compare(try LabelledSet(CoNLLReader(path: file.path))) {
            $0.content.words + [($0.content.tags ?? []).joined(separator: " ")]
        }
    }

    @Test(
        "counting words inside spans that have no beginning",
        .enabled(if: SharedFolder.has("eval"), "\(SharedFolder.absence)"),
        arguments: [("ja", 501, 300_844), ("zh", 476, 213_682)])
    func unopened(language: String, unopened: Int, words: Int) throws {
        let path = SharedFolder.path("eval/ner_wikiann/dev-\(language).tsv.zst")
        let (_, reader) = try read(path)
        #expect(reader.unopened == unopened && reader.words == words)
        #expect(reader.scheme == .iob2)
    }
}
