import Measures

/// An evaluation of a file of predictions, and what is to be told about it.
struct Measured<Evaluated: Evaluation> {
    var evaluation: Evaluated
    /// What was left out, scored 0 or passed over, where it is not zero.
    var notes: [MeasureNote] = []
    /// What else there is to say, in sentences for people.
    var remarks: [String] = []
    /// Counts of classes, where there are classes.
    var classes: [Classification.ClassCounts] = []
    /// Values that decide on others, such as the best threshold.
    var thresholds: [String: Double] = [:]

    init(_ evaluation: Evaluated, notes: [MeasureNote] = []) {
        self.evaluation = evaluation
        self.notes = notes.filter { $0.count > 0 }
    }
}

/// A count of what did not go the usual way.
struct MeasureNote {
    /// Its name in JSON.
    var name: String
    var count: Int
    /// What it counts: `questions without a prediction, which score 0`.
    var text: String

    init(_ name: String, _ count: Int, _ text: String) {
        (self.name, self.count, self.text) = (name, count, text)
    }

    /// Examples whose label the references withhold.
    static func unscored(
        _ count: Int, _ what: String = "references without a label"
    ) -> MeasureNote {
        MeasureNote("unscored", count, "\(what), which are not scored")
    }

    /// Predictions of examples that are not among the references.
    static func strangers(_ count: Int) -> MeasureNote {
        MeasureNote("strangers", count, "predictions with an id that no reference has")
    }
}
