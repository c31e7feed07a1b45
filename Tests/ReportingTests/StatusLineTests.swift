import Reporting
import Synchronization
import Testing

@Suite("The status line")
struct StatusLineTests {
    /// What was written.
    private final class Written: Sendable {
        private let parts = Mutex([String]())

        var text: String { parts.withLock { $0.joined() } }

        func add(_ text: String) {
            parts.withLock { $0.append(text) }
        }
    }

    private let clear = "\r\u{1b}[K"

    @Test("takes the place of the one before on a terminal, and stays below a note")
    func terminal() {
        let written = Written()
        let line = StatusLine(
            .terminal, interval: .zero, startsAtOnce: true, write: written.add)
        line.update { "one" }
        line.show("two")
        line.note("a note")
        line.note("another")
        line.update { "three" }
        line.finish()
        line.finish()
        #expect(
            written.text
                == "\(clear)one\(clear)two\na note\nanother\n\(clear)three\(clear)")
    }

    @Test("is a line of its own each time in a log, and is never cleared there")
    func log() {
        let written = Written()
        let line = StatusLine(.log, interval: .zero, startsAtOnce: true, write: written.add)
        line.update { "one" }
        line.note("a note")
        line.finish()
        line.keep()
        #expect(written.text == "one\na note\n")
    }

    @Test("is not even made where nobody reads it", arguments: [true, false])
    func silent(startsAtOnce: Bool) {
        let written = Written()
        let line = StatusLine(
            .silent, interval: .zero, startsAtOnce: startsAtOnce, write: written.add)
        line.update {
            Issue.record("the text was made")
            return "one"
        }
        line.show("two")
        line.note("a note")
        line.keep()
        #expect(written.text == "")
    }

    @Test("waits for its interval, unless it starts at once or follows a note")
    func interval() {
        let written = Written()
        let patient = StatusLine(.log, interval: .seconds(3600), write: written.add)
        patient.update { "too early" }
        let eager = StatusLine(
            .log, interval: .seconds(3600), startsAtOnce: true, write: written.add)
        eager.update { "first" }
        eager.update { "second" }
        eager.note("a note")
        eager.update { "third" }
        #expect(written.text == "first\na note\nthird\n")
    }
}
