import Finetuning

/// What the run of a cell ended with: what a suite reads of its `scores.json`.
package struct CellScores: Codable, Sendable {
    /// By split: `dev`, `test-de`.
    package var files: [String: FinetuneScores.File] = [:]
    /// Measurements of the development set on the way.
    package var measurements: [FinetuneMeasurement]?
    /// Examples that were learned from, and those of which tokens were cut off.
    package var trainExamples, trainCut: Int?
    /// Steps of training.
    package var steps: Int?

    /// Nothing measured.
    package init() {}

    /// The files of a split by their names: empty for the only one.
    package func files(of split: String) -> [String: FinetuneScores.File] {
        var found: [String: FinetuneScores.File] = [:]
        for (name, file) in files {
            if name == split { found[""] = file }
            if name.hasPrefix(split + "-") { found[String(name.dropFirst(split.count + 1))] = file }
        }
        return found
    }

    /// The mean of a metric over the files of a split; nil where none defines it.
    package func mean(of metric: String, split: String) -> Double? {
        let values = files(of: split).sorted { $0.key < $1.key }.compactMap {
            $0.value.metrics[metric]
        }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// Whether the run gave all examples one label, though there are several: by the development
    /// files, else by the test files; of several languages by that of the training, if it is among
    /// them, else by all.
    package func isCollapsed(trainingLanguages: [String]) -> Bool {
        let dev = files(of: "dev")
        let files = dev.isEmpty ? self.files(of: "test") : dev
        let own = files.filter { trainingLanguages.contains($0.key) }
        let decisive = own.isEmpty ? files : own
        return !decisive.isEmpty && decisive.allSatisfy(\.value.isCollapsed)
    }
}
