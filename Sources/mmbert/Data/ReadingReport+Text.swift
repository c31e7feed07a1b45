import Preparation
import Reporting

/// Warns of what was skipped while text was read.
func tellTroubles(_ report: ReadingReport) {
    for trouble in ReadingReport.Trouble.allCases {
        guard let found = report.troubles[trouble.rawValue] else { continue }
        tell("warning: \(trouble.text(of: found.count)); the first at \(found.first)")
    }
}

extension ReadingReport.Trouble {
    /// What happened `count` times.
    fileprivate func text(of count: Int) -> String {
        switch self {
        case .malformedJSON: counted(count, "line") + " without a JSON object"
        case .noText: counted(count, "JSON object") + " without a string under \"text\""
        case .noLanguage:
            counted(count, "JSON object") + " without a language code under --language-field"
        case .invalidUTF8: counted(count, "document") + " not in UTF-8"
        case .empty: counted(count, "empty document")
        case .tooLong: counted(count, "JSON line") + " of more than 16 MiB"
        case .split:
            counted(count, "block")
                + " of plain text larger than 1 MiB, split at a line's end or inside a long line"
        }
    }
}
