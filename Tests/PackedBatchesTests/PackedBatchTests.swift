import PackedBatches
import Testing

@Suite struct PackedBatchTests {
    let batch = PackedBatch(
        tokenIDs: [2, 4, 1, 2, 8, 9, 1], labels: [-100, 7, -100, -100, 8, 5, -100],
        cumulativeSequenceLengths: [0, 3, 7], sequenceSources: [30, 10])

    @Test func countsFollowFromTheContents() {
        #expect(batch.tokenCount == 7)
        #expect(batch.sequenceCount == 2)
        #expect(batch.scoredTokenCount == 3)
    }

    @Test func rowsOfASequenceLieBetweenItsBounds() {
        #expect(batch.rows(ofSequence: 0) == 0..<3)
        #expect(batch.rows(ofSequence: 1) == 3..<7)
    }

    @Test func scoredRowsRiseAndKnowTheirSources() {
        #expect(batch.scoredRows == [1, 4, 5])
        #expect(batch.scoredRowSources == [30, 10, 10])
    }

    @Test func anEmptyBatchIsSound() {
        let empty = PackedBatch(
            tokenIDs: [], labels: [], cumulativeSequenceLengths: [0], sequenceSources: [])
        #expect(empty.tokenCount == 0)
        #expect(empty.scoredRows.isEmpty)
        #expect(empty.scoredRowSources.isEmpty)
    }

    @Test func labelsOfAnotherLengthEndTheProgram() async {
        await #expect(processExitsWith: .failure) {
            _ = PackedBatch(
                tokenIDs: [1, 2], labels: [1], cumulativeSequenceLengths: [0, 2],
                sequenceSources: [0])
        }
    }

    @Test func boundsThatDoNotRiseEndTheProgram() async {
        await #expect(processExitsWith: .failure) {
            _ = PackedBatch(
                tokenIDs: [1, 2], labels: [1, 2], cumulativeSequenceLengths: [0, 2, 2],
                sequenceSources: [0, 0])
        }
    }
}
