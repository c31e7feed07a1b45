import ArgumentParser
import Host

/// How many threads a command works on.
public struct ThreadOptions: ParsableArguments {
    /// Threads that work at the same time, where the user said how many.
    @Option(
        name: .customLong("threads"),
        help: .init(
            """
            Worker threads; they affect speed, never results. (default: the cores that this \
            process may use, \(Cores.usable))
            """, valueName: "count"))
    public var asked: Int?

    /// As many as the user asked for, or one for each core that this process may use.
    public var count: Int { asked ?? Cores.usable }

    /// As the parser makes it.
    public init() {}

    /// Throws where there would be no thread.
    public func validate() throws {
        try checkAtLeast([("--threads", count, 1)])
    }
}

/// Throws for the first of these options whose value is above the most it may have: far beyond what
/// a machine can do, it would be more than a number or memory holds.
public func checkAtMost(_ options: [(name: String, value: Int, most: Int)]) throws {
    for (name, value, most) in options where value > most {
        throw ValidationError("\(name) \(value): give at most \(most).")
    }
}

/// Throws for the first of these options whose value is below the least it may have.
public func checkAtLeast(_ options: [(name: String, value: Int, least: Int)]) throws {
    for (name, value, least) in options where value < least {
        throw ValidationError("\(name) \(value): give \(least) or more.")
    }
}
