import ArgumentParser
import Formats
import Programs
import Reporting
import Reports

/// `mmbert report`: what runs did so far.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show what a run did so far, or compare several.",
        discussion: """
            Reads the folders of runs, finished or training: recipe.yaml, run.json and \
            metrics.jsonl. It changes and locks nothing in them. Of one run it shows losses, \
            learning rate and speed over the clock, held-out loss by language and by the phase \
            that brought it in, what decay variants and their merge won and lost, and tokens read \
            beside the plan. Of several it lists where their recipes differ and compares their \
            losses.

            While a run trains, it writes such a page to report.html in its folder by itself, at \
            every evaluation.

            Examples:
              mmbert report runs/quickstart
              mmbert report runs/quickstart --html quickstart.html
              mmbert report runs/mask-30 runs/mask-20 --html masks.html
              mmbert report runs/quickstart --json
            """)

    @Argument(
        help: .init(
            "The folders of the runs; others are compared with the first.", valueName: "run"))
    var runs: [String]

    @Option(
        help: .init("Write the report as a page with pictures to this file.", valueName: "file"))
    var html: String?
    @OptionGroup var result: ResultOptions

    func run() throws {
        let report = try Report(runs)
        if let html {
            try AtomicFile.write(report.page, to: html)
            tell("The page is in \(html).")
        }
        try result.print(report, text: report.text)
    }
}
