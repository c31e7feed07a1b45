import Preparation
import Reporting

/// Warns of what was skipped while text was read.
func tellTroubles(_ report: ReadingReport) {
    for sentence in report.sentences { tell("warning: \(sentence)") }
}

/// Warns of what lies in folders of text and is not read.
func tell(_ passedOver: PassedOver) {
    guard let summary = passedOver.summary else { return }
    tell("warning: \(summary)" + (passedOver.remedy.map { ". \($0)" } ?? ""))
}
