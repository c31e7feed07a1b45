import ArgumentParser

/// How long ranks wait for one that does not answer.
struct Patience: ExpressibleByArgument {
    let duration: Duration
    private let text: String

    /// Half an hour: a run has lawful pauses, such as a cache that fetches.
    static let usual = Patience(duration: .seconds(1800), text: "30m")

    private init(duration: Duration, text: String) { (self.duration, self.text) = (duration, text) }

    /// Reads `90s`, `30m` or `2h`.
    init?(argument: String) {
        let units = ["s": 1.0, "m": 60, "h": 3600]
        guard let unit = argument.last.flatMap({ units[String($0)] }),
            let number = Double(argument.dropLast()), number > 0, number * unit < 1e8
        else { return nil }
        self.init(duration: .seconds(number * unit), text: argument)
    }

    var defaultValueDescription: String { text }
}
