import Pretraining
import Testing
import Training

@Suite("What to do about a loss that is not a number")
struct TrainingFailureTests {
    private func text(
        place: String?, step: Int, updates: Int, origin: String? = nil, checkpoint: String? = nil
    ) -> String {
        TrainingFailure(
            NonFiniteValue(what: "the loss", value: .nan, place: place), stage: "pretrain",
            step: step, tokens: 512 * updates, updates: updates, origin: origin,
            lastCheckpoint: checkpoint
        ).description
    }

    @Test("names the newest checkpoint where there is one")
    func checkpoint() {
        let text = text(
            place: "microbatch 1 of 2", step: 8, updates: 7, checkpoint: "runs/x/checkpoints/c")
        #expect(
            text == """
                the loss became NaN in stage pretrain, step 8 (3584 tokens into the stage), \
                microbatch 1 of 2. Checkpoint c is kept. Train in another folder (--run) with a \
                lower peak learning rate, from that checkpoint's weights with --set \
                model.initialize_from=runs/x/checkpoints/c, or look at the data of that batch.
                """)
    }

    @Test("names no checkpoint where nothing was saved")
    func nothingSaved() {
        let text = text(place: nil, step: 7, updates: 7)
        #expect(
            text == """
                the loss became NaN in stage pretrain, after step 7 (3584 tokens into the stage). \
                Nothing was saved yet. Begin again with a lower peak learning rate or a longer \
                warm-up.
                """)
    }

    @Test("does not blame the learning rate before the first update", arguments: [nil, "w"])
    func beginning(origin: String?) {
        for text in [
            text(place: "microbatch 1 of 2", step: 1, updates: 0, origin: origin),
            text(place: nil, step: 0, updates: 0, origin: origin),
        ] {
            #expect(text.contains("Nothing was saved yet. No update was made before, so"))
            #expect(!text.contains("learning rate") && !text.contains("CHECKPOINT"))
            #expect(text.contains(origin.map { "the weights in \($0)" } ?? "the random weights"))
        }
        #expect(text(place: nil, step: 0, updates: 0).contains("before the first step"))
    }
}
