import Reporting

extension Plan {
    /// What the numbers rest on, in sentences.
    public var assumptions: [String] {
        var sentences = [
            """
            Steps, batches and memory: microbatches filled to the last token. What packing leaves \
            empty (`packing` in metrics.jsonl) adds steps.
            """,
            """
            Operations: matrix products forward and backward, sequences of the mean length the \
            manifests give, at most the context; only scored tokens pass the head.
            """,
            """
            Starved: a stage reads less of the language than one full batch. Capped: max_epochs \
            keeps it lower than its temperature would have it.
            """,
        ]
        if let calibration {
            sentences.append(
                """
                Days: \(calibration.description); evaluations and checkpoints are not counted.
                """)
            if let busyness = calibration.busyness { sentences.append(busyness) }
        }
        if let days, let bf16Days {
            let times = [bf16Days, days].map(estimatedDuration)
            sentences.append(
                """
                precision: bf16, measured likewise, would take \(times[0]) on one machine in place \
                of \(times[1]).
                """)
        }
        return sentences + sharing
    }

    /// How the machines share the work.
    private var sharing: [String] {
        guard let ranks else {
            guard machines > 1 else { return [] }
            return [
                """
                \(machines) machines: each like this one, a batch's microbatches dealt out evenly, \
                and the exchange of gradients not counted; --ranks counts lanes and exchange.
                """
            ]
        }
        let exchange =
            ranks.speed.map { speed in
                """
                Exchange: \(decimalBytes(Int(speed.bytesPerSecond))) a second in and out of a \
                machine, \(shortNumber(1e6 * speed.latencySeconds)) µs a message; what ranks of \
                one machine exchange takes no time.
                """
            } ?? "Exchange: takes no time, as neither --network nor --exchange says how fast it is."
        return [
            """
            \(ranks.text): machines like this one, whose ranks share its cores; the recipe's \
            \(counted(lanes, "lane")) in blocks. All ranks wait for the one that has most \
            microbatches.
            """, exchange,
        ] + unevenness
    }

    /// Where ranks wait for one that has more microbatches, at the full batch.
    private var unevenness: [String] {
        let uneven = stages.compactMap { stage in
            stage.exchange?.full.flatMap { full in
                full.fullestMicrobatches > 1.1 * full.meanMicrobatches
                    ? "\(stage.name) (\(grouped(full.microbatches)))" : nil
            }
        }
        guard !uneven.isEmpty else { return [] }
        return [
            """
            Microbatches of a full batch that do not go round evenly: \(uneven.joined(separator: ", ")). \
            A smaller batch.microbatch, or ranks that divide lanes and microbatches, lose less.
            """
        ]
    }
}
