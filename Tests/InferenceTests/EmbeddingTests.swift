import Diagnostics
import Inference
import TestSupport
import Testing

@Suite struct EmbeddingTests {
    private func reference(_ index: Int = 0, threads: Int = 2) throws -> ReferenceModel {
        try ReferenceModel(folder: Fixtures.path("Inference/\(index)"), threads: threads)
    }

    /// Rounding of a few layers, for vectors of numbers about 1.
    private let rounding = 1e-5

    @Test("A vector does not depend on the other sequences of the call", arguments: 0..<3)
    func batches(index: Int) throws {
        let reference = try reference(index)
        let sequences = try reference.sequences()
        let together = try reference.model.embed(sequences)
        reference.model.batchTokens = 40
        for (sequence, expected) in zip(sequences, together) {
            let alone = try reference.model.embed([sequence])
            #expect(mismatch(alone[0], expected, relative: 0, absolute: rounding) == nil)
        }
        let backwards = try reference.model.embed(sequences.reversed())
        for (actual, expected) in zip(backwards.reversed(), together) {
            #expect(mismatch(actual, expected, relative: 0, absolute: rounding) == nil)
        }
    }

    @Test("The number of threads changes no bit", arguments: [2, 3])
    func threads(count: Int) throws {
        let one = try reference(2, threads: 1)
        let many = try reference(2, threads: count)
        let sequences = try one.sequences()
        for pooling in Pooling.allCases {
            let options = EmbeddingOptions(pooling: pooling)
            #expect(
                try one.model.embed(sequences, options: options)
                    == many.model.embed(sequences, options: options))
        }
    }

    @Test("Fewer dimensions are the first ones, and get length 1 after they were cut")
    func dimensions() throws {
        let reference = try reference()
        let sequences = try reference.sequences()
        let whole = try reference.model.embed(sequences)
        let cut = try reference.model.embed(sequences, options: .init(dimensions: 5))
        let normal = try reference.model.embed(
            sequences, options: .init(dimensions: 5, normalizes: true))
        for index in sequences.indices {
            #expect(cut[index] == Array(whole[index].prefix(5)))
            let length = cut[index].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            let expected = cut[index].map { Double($0) / length }
            #expect(mismatch(normal[index], expected, relative: 1e-6, absolute: 1e-7) == nil)
        }
    }

    @Test("The largest number of each column is pooled where asked for")
    func maximum() throws {
        let reference = try reference()
        // Of one token, all poolings are its state.
        let sequences = Array(try reference.sequences().prefix(1))
        try #require(sequences[0].ids.count == 1)
        let vectors = try Pooling.allCases.map {
            try reference.model.embed(sequences, options: .init(pooling: $0))[0]
        }
        #expect(vectors[0] == vectors[1])
        #expect(vectors[0] == vectors[2])
        let long = Array(try reference.sequences().suffix(1))
        let mean = try reference.model.embed(long, options: .init(pooling: .mean))[0]
        let largest = try reference.model.embed(long, options: .init(pooling: .max))[0]
        #expect(zip(largest, mean).allSatisfy { $0 > $1 })
    }

    @Test("No sequences give no vectors")
    func nothing() throws {
        #expect(try reference().model.embed([TokenSequence]()).isEmpty)
    }

    @Test("Progress counts every token once")
    func progress() throws {
        let reference = try reference()
        reference.model.batchTokens = 300
        let sequences = try reference.sequences()
        var counts: [Int] = []
        _ = try reference.model.embed(sequences) { counts.append($0) }
        #expect(counts.count > 2)
        #expect(counts == counts.sorted())
        #expect(counts.last == sequences.reduce(0) { $0 + $1.ids.count })
    }

    @Test("What cannot be embedded is refused with what to do")
    func refusals() throws {
        let model = try reference().model
        #expect(throws: InputError.self) { try model.embed(["text"]) }
        #expect(throws: InputError.self) { try model.sequence(of: [], at: "a.jsonl:3") }
        #expect(throws: InputError.self) { try model.sequence(of: [200], at: "a.jsonl:3") }
        #expect(throws: InputError.self) { try model.sequence(of: [5, -1], at: "a.jsonl:3") }
        #expect(throws: InputError.self) {
            try model.embed([TokenSequence](), options: .init(dimensions: 17))
        }
        #expect(throws: InputError.self) {
            try model.embed([TokenSequence](), options: .init(dimensions: 0))
        }
    }

    @Test("More ids than the context holds are cut, and the sequence says so")
    func cutting() throws {
        let model = try reference().model
        let ids = [Int32](repeating: 7, count: model.maximumLength + 1)
        let cut = try model.sequence(of: ids, at: "ids")
        #expect(cut.isCut)
        #expect(cut.ids.count == model.maximumLength)
        #expect(try !model.sequence(of: Array(ids.dropLast()), at: "ids").isCut)
    }
}
