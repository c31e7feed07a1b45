import Diagnostics
import Measures
import Reporting

extension MeasureCommand {
    /// The report of what `read` makes of each file of predictions, and of the baseline.
    ///
    /// - Parameter unit: what an example is called.
    func report<Evaluated: Evaluation>(
        _ unit: String, _ read: (_ path: String) throws -> Measured<Evaluated>
    ) throws -> MeasureReport {
        let paths = predictions + (baseline.map { [$0] } ?? [])
        let measured = try paths.map(read)
        guard let first = measured.first else {
            preconditionFailure("mmbert measure: no file of predictions")
        }
        for (path, other) in zip(paths, measured)
        where other.evaluation.count != first.evaluation.count
            || other.evaluation.names != first.evaluation.names
        {
            throw InputError(
                at: path,
                expected: "what is in \(paths[0]): \(countedUnits(first.evaluation.count, unit))",
                found: countedUnits(other.evaluation.count, unit),
                remedy: "Give predictions of the same kind for the same examples.")
        }
        var report = MeasureReport(
            metric: metric.rawValue, count: first.evaluation.count, unit: unit)
        report.names = first.evaluation.names
        if resamples > 0 {
            report.bootstrap = .init(resamples: resamples, confidence: confidence, seed: seed)
        }
        for (path, one) in zip(paths, measured) {
            report.runs.append(run(path, one))
            report.sentences += sentences(path, one, isAlone: paths.count == 1)
        }
        if predictions.count > 1 { report.mean = mean(report.runs, first.evaluation.names) }
        if baseline != nil, let last = measured.last {
            report.difference = difference(from: last.evaluation, to: first.evaluation)
        }
        return report
    }

    private var bootstrap: Bootstrap {
        Bootstrap(
            resamples: max(1, resamples), confidence: confidence, seed: seed,
            threads: threads.count)
    }

    private func run<Evaluated>(
        _ path: String, _ measured: Measured<Evaluated>
    ) -> MeasureReport.Run {
        let evaluation = measured.evaluation
        var run = MeasureReport.Run(
            predictions: path,
            measures: estimates(
                evaluation.names, evaluation.values,
                resamples > 0 ? bootstrap.intervals(of: evaluation) : nil))
        if !measured.notes.isEmpty {
            run.notes = Dictionary(
                measured.notes.map { ($0.name, $0.count) }, uniquingKeysWith: +)
        }
        if !measured.thresholds.isEmpty { run.thresholds = measured.thresholds }
        if !measured.classes.isEmpty {
            run.classes = Dictionary(
                measured.classes.map {
                    (
                        $0.label,
                        MeasureReport.Run.Class(
                            precision: $0.precision, recall: $0.recall, f1: $0.f1,
                            references: $0.references, predictions: $0.predictions)
                    )
                }, uniquingKeysWith: { $1 })
        }
        return run
    }

    private func sentences<Evaluated>(
        _ path: String, _ measured: Measured<Evaluated>, isAlone: Bool
    ) -> [String] {
        let name = isAlone ? "" : "\(path): "
        let notes = measured.notes.map { "\(name)\($0.text): \(grouped($0.count))" }
        return notes + measured.remarks.map { name + $0 }
            + measured.thresholds.sorted { $0.key < $1.key }.map {
                "\(name)\($0.key): answers up to the no-answer score \(shortNumber($0.value))."
            }
    }

    private func estimates(
        _ names: [String], _ values: [Double?], _ intervals: [Interval?]?
    ) -> [String: MeasureEstimate] {
        var estimates: [String: MeasureEstimate] = [:]
        for (place, name) in names.enumerated() {
            let interval = intervals?[place]
            estimates[name] = MeasureEstimate(
                value: values[place], lower: interval?.lower, upper: interval?.upper)
        }
        return estimates
    }

    private func difference<Evaluated: Evaluation>(
        from baseline: Evaluated, to evaluation: Evaluated
    ) -> [String: MeasureEstimate] {
        let values = zip(baseline.values, evaluation.values).map { before, after -> Double? in
            guard let before, let after else { return nil }
            return after - before
        }
        return estimates(
            evaluation.names, values,
            resamples > 0 ? bootstrap.differences(from: baseline, to: evaluation) : nil)
    }

    private func mean(
        _ runs: [MeasureReport.Run], _ names: [String]
    ) -> [String: MeasureReport.Mean] {
        var means: [String: MeasureReport.Mean] = [:]
        for name in names {
            let values = runs.compactMap { $0.measures[name]?.value }
            guard values.count == runs.count else { continue }
            let mean = SeedMean(of: values)
            means[name] = .init(value: mean.mean, halfWidth: mean.halfWidth)
        }
        return means
    }

    /// Precision, recall and F1 of mined pairs, which have no interval: pairs that nobody found are
    /// no examples to draw.
    func measuredPairs() throws -> MeasureReport {
        let translations = try PairFile(references, hasScores: false)
        var report = MeasureReport(
            metric: metric.rawValue, count: translations.pairs.count, unit: "translation")
        report.names = ["f1", "precision", "recall"]
        for path in predictions {
            let pairs = try PairFile(path, hasScores: true).mined(translations: translations)
            let threshold = self.threshold ?? pairs.bestThreshold
            let quality = pairs.quality(from: threshold)
            var run = MeasureReport.Run(
                predictions: path,
                measures: estimates(
                    report.names, [quality.f1, quality.precision, quality.recall], nil))
            run.thresholds = ["score": threshold]
            report.runs.append(run)
            if self.threshold == nil {
                report.sentences.append(
                    "\(path): the threshold \(shortNumber(threshold)) is the best for these pairs; "
                        + "choose it on others and give it as --threshold.")
            }
        }
        if predictions.count > 1 { report.mean = mean(report.runs, report.names) }
        return report
    }
}
