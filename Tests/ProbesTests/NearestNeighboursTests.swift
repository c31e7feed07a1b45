import Probes
import TensorCore
import TestSupport
import Testing

@Suite struct NearestNeighboursTests {
    private struct Vectors: Decodable {
        var known: [[Double]]
        var labels: [Int]
        var sets: [Set<Int>]
        var tests: [[Double]]
        var places: [[Int]]
        var predictions: [Int]
        var setPredictions: [[Int]]
    }

    @Test func neighboursAndLabelsAreScikitLearns() throws {
        for vectors in try cases("neighbours", as: Vectors.self) {
            let model = NearestNeighbours(knowing: DenseRows(vectors.known), parallel: oneThread)
            let tests = DenseRows(vectors.tests)
            #expect(model.places(near: tests) == vectors.places)
            #expect(model.labels(of: tests, known: vectors.labels) == vectors.predictions)
            #expect(model.labelSets(of: tests, known: vectors.sets) == vectors.setPredictions)
        }
    }

    @Test func ofVectorsAsFarAwayTheFirstAreNearer() {
        let known = DenseRows([[1.0, 0], [0, 1], [-1, 0], [0, -1], [2, 0], [0, 0.5]])
        let model = NearestNeighbours(knowing: known, neighbours: 3, parallel: oneThread)
        #expect(model.places(near: DenseRows([[0.0, 0]])) == [[5, 0, 1]])
    }

    @Test func ofLabelsAsFrequentTheSmallestIsGiven() {
        let known = DenseRows([[1.0], [2], [3], [4]])
        let model = NearestNeighbours(knowing: known, neighbours: 4, parallel: oneThread)
        #expect(model.labels(of: DenseRows([[0.0]]), known: [9, 4, 9, 4]) == [4])
        #expect(model.labelSets(of: DenseRows([[0.0]]), known: [[1], [1], [1, 2], [2]]) == [[1]])
    }

    @Test func threadsChangeNothing() {
        let known = DenseRows((0..<100).map { testNumbers(21, seed: UInt64($0)) })
        let tests = DenseRows((100..<163).map { testNumbers(21, seed: UInt64($0)) })
        let alone = NearestNeighbours(knowing: known, parallel: oneThread).places(near: tests)
        let several = NearestNeighbours(knowing: known, parallel: Parallel(threads: 3))
        #expect(several.places(near: tests) == alone)
    }
}
