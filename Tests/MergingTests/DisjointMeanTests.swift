import Merging
import Testing

@Suite struct DisjointMeanTests {
    @Test("Only entries of the elected sign are averaged")
    func election() {
        var mean = DisjointMean(weights: [1, 1, 1], signOfZero: 1)
        mean.merge([[3, -3, 1, 0], [1, 1, 2, 0], [-2, -1, 0, 0]])
        #expect(mean.merged == [2, -2, 1.5, 0])
    }

    @Test("Weights count in the election and in the mean")
    func weights() {
        var mean = DisjointMean(weights: [1, 3], signOfZero: 1)
        mean.merge([[2, 2, 8], [-1, 1, -1]])
        #expect(mean.merged == [-1, 1.25, 8])
    }

    @Test("Where signs balance, the sign for zero decides", arguments: [1, -1, 0] as [Float])
    func balance(signOfZero: Float) {
        var mean = DisjointMean(weights: [1, 1], signOfZero: signOfZero)
        mean.merge([[0.5], [-0.5]])
        #expect(mean.merged == [0.5 * signOfZero])
    }

    @Test("The report counts what was kept, shared and in conflict over all stretches")
    func agreement() {
        var mean = DisjointMean(weights: [1, 1], signOfZero: 1)
        mean.merge([[1, 0, 2], [-1, 0, 2]])
        mean.merge([[0], [4]])
        #expect(mean.agreement.elements == 4)
        #expect(mean.agreement.kept == [2, 3])
        #expect(mean.agreement.shared == 2)
        #expect(mean.agreement.conflicting == 1)
    }

    @Test("The balance of signs is that of the weighted sums")
    func signBalance() {
        var mean = DisjointMean(weights: [1, 1], signOfZero: 0)
        #expect(mean.signBalance(of: [[1, -1, 0, 2], [1, -2, 0, -1]]) == 1)
    }
}
